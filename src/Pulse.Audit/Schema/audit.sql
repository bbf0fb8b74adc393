-- The audit sink's schema. Idempotent. Run as pulse_owner, which owns everything here and is a superuser nowhere.

CREATE SCHEMA IF NOT EXISTS pulse_audit;
REVOKE ALL ON SCHEMA pulse_audit FROM PUBLIC;
GRANT USAGE ON SCHEMA pulse_audit TO pulse_app, pulse_audit_writer, pulse_worker;

-- The key carries the partition key: PostgreSQL asks for it, and the time is stamped once, so it repeats with the event.
-- recorded_at and xid are the server's own and outside the hash; xid lets a reader follow the table without missing a row
-- that commits late.
CREATE TABLE IF NOT EXISTS pulse_audit.event (
    occurred_at timestamptz NOT NULL,
    event_id uuid NOT NULL,
    stream uuid NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    class smallint NOT NULL CHECK (class BETWEEN 0 AND 2),
    type text NOT NULL,
    outcome smallint NOT NULL CHECK (outcome BETWEEN 0 AND 4),
    tenant_id text,
    visible_to_tenant boolean NOT NULL,
    actor text,
    on_behalf_of text,
    reason text,
    peer inet,
    trace_id text,
    record bytea NOT NULL,
    prev_hash bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (occurred_at, event_id)
) PARTITION BY RANGE (occurred_at);

CREATE INDEX IF NOT EXISTS event_tenant ON pulse_audit.event (tenant_id, occurred_at DESC, event_id DESC);
CREATE INDEX IF NOT EXISTS event_stream ON pulse_audit.event (stream, seq);
CREATE INDEX IF NOT EXISTS event_tail ON pulse_audit.event (xid, event_id);

-- Where each stream stands. The writer moves it by compare-and-set in the transaction that stores the events.
CREATE TABLE IF NOT EXISTS pulse_audit.stream_head (
    stream uuid PRIMARY KEY,
    seq bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(hash) = 32),
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    advanced_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Events the table refused, at their place in the chain: event and quarantine together are the chain.
CREATE TABLE IF NOT EXISTS pulse_audit.quarantine (
    stream uuid NOT NULL,
    seq bigint NOT NULL,
    event_id uuid NOT NULL,
    sqlstate text NOT NULL,
    record bytea NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    quarantined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream, seq)
);

CREATE OR REPLACE FUNCTION pulse_audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: audit records are append-only', tg_op, tg_table_schema, tg_table_name
        USING ERRCODE = 'insufficient_privilege';
END
$body$;

CREATE OR REPLACE FUNCTION pulse_audit.refuse_step_back() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    IF new.stream <> old.stream OR new.seq <= old.seq OR new.opened_at <> old.opened_at THEN
        RAISE EXCEPTION 'a stream head only moves forward' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN new;
END
$body$;

-- Statement triggers fire even when row security hides every row, but they are not inherited: each table has its own.
-- ALWAYS: they fire under session_replication_role = replica as well.
CREATE OR REPLACE FUNCTION pulse_audit.make_append_only(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION pulse_audit.refuse_change()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', target);
END
$body$;

-- A partition has no grants. Row security without a policy stands behind that: the policies of the table do not apply to
-- whoever is once granted access to a partition directly.
CREATE OR REPLACE FUNCTION pulse_audit.add_partition(name text, bounds text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
DECLARE
    target text := format('pulse_audit.%I', name);
BEGIN
    IF to_regclass(target) IS NULL THEN
        EXECUTE format('CREATE TABLE %s PARTITION OF pulse_audit.event %s', target, bounds);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, pulse_app, pulse_audit_writer, pulse_worker', target);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
    END IF;
    PERFORM pulse_audit.make_append_only(target::regclass);
EXCEPTION WHEN check_violation THEN
    RAISE WARNING 'partition % is not made: the default partition already holds rows of its range', name;
END
$body$;

CREATE OR REPLACE FUNCTION pulse_audit.add_months(ahead integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
DECLARE
    first_day timestamp;
BEGIN
    FOR month IN 0..ahead LOOP
        first_day := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month);
        PERFORM pulse_audit.add_partition(
            to_char(first_day, '"event_"YYYY"_"MM'),
            format('FOR VALUES FROM (%L) TO (%L)', first_day::text || '+00', (first_day + interval '1 month')::text || '+00'));
    END LOOP;
END
$body$;

-- For the worker, which owns nothing: makes the months ahead with the owner's rights, and answers how many of them have no
-- partition of their own afterwards.
CREATE OR REPLACE FUNCTION pulse_audit.premake(ahead integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$
BEGIN
    IF ahead NOT BETWEEN 1 AND 24 THEN
        RAISE EXCEPTION 'premake makes 1 to 24 months ahead, not %', ahead USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Replicas take turns: two that make one table at a time would fail each other.
    PERFORM pg_advisory_xact_lock(hashtextextended('pulse_audit.premake', 0));
    -- Writers wait behind whoever waits for the lock on the table: better to try again later.
    SET LOCAL lock_timeout = '5s';
    PERFORM pulse_audit.add_months(ahead);
    RETURN (SELECT count(*) FROM generate_series(0, ahead) AS month
        WHERE to_regclass('pulse_audit.' || to_char(
            date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month), '"event_"YYYY"_"MM')) IS NULL);
END
$body$;

REVOKE ALL ON FUNCTION pulse_audit.refuse_change(), pulse_audit.refuse_step_back(), pulse_audit.make_append_only(regclass),
    pulse_audit.add_partition(text, text), pulse_audit.add_months(integer), pulse_audit.premake(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_audit.premake(integer) TO pulse_worker;

SELECT pulse_audit.add_partition('event_default', 'DEFAULT');
SELECT pulse_audit.add_months(3);
SELECT pulse_audit.make_append_only('pulse_audit.event');
SELECT pulse_audit.make_append_only('pulse_audit.quarantine');

CREATE OR REPLACE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON pulse_audit.stream_head
    FOR EACH STATEMENT EXECUTE FUNCTION pulse_audit.refuse_change();
CREATE OR REPLACE TRIGGER forward_only BEFORE UPDATE ON pulse_audit.stream_head
    FOR EACH ROW EXECUTE FUNCTION pulse_audit.refuse_step_back();
ALTER TABLE pulse_audit.stream_head ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE pulse_audit.stream_head ENABLE ALWAYS TRIGGER forward_only;

ALTER TABLE pulse_audit.event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS writer_inserts ON pulse_audit.event;
CREATE POLICY writer_inserts ON pulse_audit.event FOR INSERT TO pulse_audit_writer WITH CHECK (true);
-- Where Pulse.Tenancy is, its function decides who the tenant is: sealed mode replaces that function, and this policy follows.
-- Elsewhere: after SET LOCAL has ended, a setting never set otherwise reads as the empty text, not as null.
DROP POLICY IF EXISTS tenant_reads ON pulse_audit.event;
DO $policy$
BEGIN
    IF to_regprocedure('pulse.tenant_id()') IS NULL THEN
        CREATE POLICY tenant_reads ON pulse_audit.event FOR SELECT TO pulse_app
            USING (visible_to_tenant AND tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')));
    ELSE
        CREATE POLICY tenant_reads ON pulse_audit.event FOR SELECT TO pulse_app
            USING (visible_to_tenant AND tenant_id = (SELECT pulse.tenant_id()));
    END IF;
END
$policy$;

REVOKE ALL ON pulse_audit.event, pulse_audit.stream_head, pulse_audit.quarantine FROM PUBLIC, pulse_app, pulse_audit_writer, pulse_worker;
GRANT INSERT (occurred_at, event_id, stream, seq, class, type, outcome, tenant_id, visible_to_tenant, actor, on_behalf_of, reason,
    peer, trace_id, record, prev_hash, hash) ON pulse_audit.event TO pulse_audit_writer;
GRANT INSERT (stream), SELECT (stream, seq, hash), UPDATE (seq, hash, advanced_at) ON pulse_audit.stream_head TO pulse_audit_writer;
GRANT INSERT (stream, seq, event_id, sqlstate, record, prev_hash, hash) ON pulse_audit.quarantine TO pulse_audit_writer;
GRANT SELECT ON pulse_audit.event TO pulse_app;
-- The platform's own reader: seals, verifies, exports. It bypasses row security and changes nothing here.
GRANT SELECT ON pulse_audit.event, pulse_audit.stream_head, pulse_audit.quarantine TO pulse_worker;

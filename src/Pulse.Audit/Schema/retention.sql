-- Retention: a month's partition is taken out of the table, and a signed marker with the hashes of its events stays.

CREATE TABLE IF NOT EXISTS pulse_audit.legal_hold (
    hold_id uuid PRIMARY KEY,
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL CHECK (until_at > from_at),
    reason text NOT NULL CHECK (reason <> ''),
    placed_by text NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS pulse_audit.legal_hold_lifted (
    hold_id uuid PRIMARY KEY REFERENCES pulse_audit.legal_hold,
    lifted_by text NOT NULL,
    lifted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS pulse_audit.pruned (
    month date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    note text NOT NULL,
    pruned_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Leaf first_index + i was event first_seq + i of the stream; its hash is bytes 32 i to 32 i + 31.
CREATE TABLE IF NOT EXISTS pulse_audit.pruned_run (
    first_index bigint PRIMARY KEY,
    month date NOT NULL REFERENCES pulse_audit.pruned,
    stream uuid NOT NULL,
    first_seq bigint NOT NULL,
    hashes bytea NOT NULL CHECK (octet_length(hashes) > 0 AND octet_length(hashes) % 32 = 0)
);

SELECT pulse_audit.make_append_only('pulse_audit.legal_hold');
SELECT pulse_audit.make_append_only('pulse_audit.legal_hold_lifted');
SELECT pulse_audit.make_append_only('pulse_audit.pruned');
SELECT pulse_audit.make_append_only('pulse_audit.pruned_run');

-- Whether the month may go. A hold binds the whole month: its partition goes whole or not at all.
CREATE OR REPLACE FUNCTION pulse_audit.is_held(first_day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $body$
    SELECT EXISTS (SELECT FROM pulse_audit.legal_hold hold
        WHERE hold.from_at < (first_day + interval '1 month') AT TIME ZONE 'UTC' AND hold.until_at > first_day::timestamp AT TIME ZONE 'UTC'
            AND NOT EXISTS (SELECT FROM pulse_audit.legal_hold_lifted lifted WHERE lifted.hold_id = hold.hold_id))
$body$;

-- A hold waits for a month that is being taken out, and for nobody's leave: it is there before the question whether the month is
-- held, or after the month is gone; never in between. Sealing and taking out have the same lock.
CREATE OR REPLACE FUNCTION pulse_audit.hold_in_turn() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('pulse_audit.seal', 0));
    RETURN NULL;
END
$body$;

CREATE OR REPLACE TRIGGER in_turn BEFORE INSERT ON pulse_audit.legal_hold FOR EACH STATEMENT EXECUTE FUNCTION pulse_audit.hold_in_turn();
ALTER TABLE pulse_audit.legal_hold ENABLE ALWAYS TRIGGER in_turn;

-- For the worker, which owns nothing. The marker is asked for and holds are asked again here, so that no other program can do it
-- without. The partition stays as a table of its own, out of everybody's reach, for the owner to dump and drop. What is older than
-- a month that went is refused from then on (and kept in quarantine): it must not come back through the default partition.
CREATE OR REPLACE FUNCTION pulse_audit.detach_month(first_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$
DECLARE
    target text := to_char(first_day, '"pulse_audit.event_"YYYY"_"MM');
    floor_at text := ((first_day + interval '1 month') AT TIME ZONE 'UTC')::text;
    found_rows bigint;
    marked bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('pulse_audit.seal', 0));
    IF to_regclass(target) IS NULL OR (first_day + interval '1 month') AT TIME ZONE 'UTC' > now() THEN
        RAISE EXCEPTION 'there is no past month % to detach', first_day USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF pulse_audit.is_held(first_day) OR NOT EXISTS (SELECT FROM pulse_audit.pruned WHERE month = first_day) THEN
        RAISE EXCEPTION 'month % is on hold, or has no signed marker', first_day USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    -- Writers wait behind the lock on the table: better to try again later than to make them wait long.
    SET LOCAL lock_timeout = '5s';
    EXECUTE format('ALTER TABLE pulse_audit.event DETACH PARTITION %s', target);
    -- What was stored between the reading of the month and this lock has no hash in the marker, and would be missing for ever.
    -- Row security hides every row from the owner too; nobody else gets at the table before this transaction ends.
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('SELECT count(*) FROM %s', target) INTO found_rows;
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    SELECT coalesce(sum(octet_length(hashes) / 32), 0) INTO marked FROM pulse_audit.pruned_run WHERE month = first_day;
    IF found_rows <> marked THEN
        RAISE EXCEPTION 'month % has % events, and its marker tells of %', first_day, found_rows, marked USING ERRCODE = 'serialization_failure';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'pulse_audit.event_default'::regclass AND conname = 'retired_' || to_char(first_day, 'YYYY_MM')) THEN
        EXECUTE format('ALTER TABLE pulse_audit.event_default ADD CONSTRAINT %I CHECK (occurred_at >= %L) NOT VALID',
            'retired_' || to_char(first_day, 'YYYY_MM'), floor_at);
    END IF;
END
$body$;

REVOKE ALL ON FUNCTION pulse_audit.hold_in_turn(), pulse_audit.is_held(date), pulse_audit.detach_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_audit.is_held(date) TO pulse_worker;
GRANT EXECUTE ON FUNCTION pulse_audit.detach_month(date) TO pulse_worker;

REVOKE ALL ON pulse_audit.legal_hold, pulse_audit.legal_hold_lifted, pulse_audit.pruned, pulse_audit.pruned_run
    FROM PUBLIC, pulse_app, pulse_audit_writer, pulse_worker;
GRANT SELECT, INSERT (hold_id, from_at, until_at, reason, placed_by) ON pulse_audit.legal_hold TO pulse_worker;
GRANT SELECT, INSERT (hold_id, lifted_by) ON pulse_audit.legal_hold_lifted TO pulse_worker;
GRANT SELECT, INSERT (month, note) ON pulse_audit.pruned TO pulse_worker;
GRANT SELECT, INSERT ON pulse_audit.pruned_run TO pulse_worker;

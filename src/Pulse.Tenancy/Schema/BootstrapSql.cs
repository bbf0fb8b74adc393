namespace Pulse.Tenancy;

/// <summary>The script behind <see cref="TenantSchema.Bootstrap"/>.</summary>
internal static class BootstrapSql
{
    public static string Write(string database)
    {
        var name = SqlName.Quote(database);
        return $"""
            {Roles(SqlName.Literal(database))}

            -- Who may connect. PUBLIC loses CONNECT and TEMPORARY: a temporary table can shadow a real one for the pool's next user.
            REVOKE ALL ON DATABASE {name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {name} TO {Logins};
            GRANT CREATE ON DATABASE {name} TO pulse_owner;

            {Latch}

            {LargeObjects}

            {Schemas}

            {TenantFunctionSql.PlainUnlessSealed}

            {SystemTables}

            {OperatorGrants}

            """;
    }

    private const string Logins =
        "pulse_migrator, pulse_app_login, pulse_operator_login, pulse_operator_write_login, pulse_audit_login, pulse_worker_login, pulse_backup_login";

    private const string RolesScript = """
        DECLARE
          wanted record;
        BEGIN
          IF current_database() <> @database THEN
            RAISE EXCEPTION 'This script was written for database %, and this is %.', @database, current_database();
          END IF;
          IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
            RAISE EXCEPTION 'Bootstrap needs a superuser: only one may revoke set_config. You are %.', current_user;
          END IF;

          -- Two databases of a cluster may be bootstrapped at once.
          LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;

          FOR wanted IN
            SELECT * FROM (VALUES
              ('pulse_owner',                'NOLOGIN', 'NOBYPASSRLS', 'NOINHERIT', NULL),
              ('pulse_app',                  'NOLOGIN', 'NOBYPASSRLS', 'NOINHERIT', NULL),
              ('pulse_operator',             'NOLOGIN', 'BYPASSRLS',   'NOINHERIT', NULL),
              ('pulse_operator_write',       'NOLOGIN', 'BYPASSRLS',   'NOINHERIT', NULL),
              ('pulse_audit_writer',         'NOLOGIN', 'NOBYPASSRLS', 'NOINHERIT', NULL),
              ('pulse_worker',               'NOLOGIN', 'BYPASSRLS',   'NOINHERIT', NULL),
              ('pulse_migrator',             'LOGIN',   'NOBYPASSRLS', 'NOINHERIT', 'pulse_owner'),
              ('pulse_app_login',            'LOGIN',   'NOBYPASSRLS', 'NOINHERIT', 'pulse_app'),
              ('pulse_operator_login',       'LOGIN',   'NOBYPASSRLS', 'NOINHERIT', 'pulse_operator'),
              ('pulse_operator_write_login', 'LOGIN',   'NOBYPASSRLS', 'NOINHERIT', 'pulse_operator_write'),
              ('pulse_audit_login',          'LOGIN',   'NOBYPASSRLS', 'NOINHERIT', 'pulse_audit_writer'),
              ('pulse_worker_login',         'LOGIN',   'NOBYPASSRLS', 'NOINHERIT', 'pulse_worker'),
              -- pg_dump reads everything at once and takes no role, so this login alone inherits.
              ('pulse_backup_login',         'LOGIN',   'BYPASSRLS',   'INHERIT',   'pg_read_all_data')
            ) AS roles (name, login, bypass, inherit, member_of)
          LOOP
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
              EXECUTE format('CREATE ROLE %I', wanted.name);
            END IF;
            IF EXISTS (
              SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name AND (
                rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication
                OR rolcanlogin <> (wanted.login = 'LOGIN')
                OR rolbypassrls <> (wanted.bypass = 'BYPASSRLS')
                OR rolinherit <> (wanted.inherit = 'INHERIT')))
            THEN
              EXECUTE format(
                'ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION %s %s %s',
                wanted.name, wanted.login, wanted.bypass, wanted.inherit);
            END IF;
            IF wanted.member_of IS NOT NULL AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_auth_members
              WHERE member = wanted.name::regrole AND roleid = wanted.member_of::regrole)
            THEN
              EXECUTE format('GRANT %I TO %I', wanted.member_of, wanted.name);
            END IF;
          END LOOP;
        END
        """;

    public const string Latch = $"""
        -- The latch. A login calls set_config once to become a tenant's role; that role may not call it again.
        REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {Logins};
        -- DO blocks could run SET; so only the schema's owner writes PL/pgSQL.
        REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
        GRANT USAGE ON LANGUAGE plpgsql TO pulse_owner;
        """;

    public const string LargeObjectMakers = "pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea)";

    private const string LargeObjects = $"""
        -- Large objects know no rows: all tenants are one role, so each would read and change what another put there.
        REVOKE EXECUTE ON FUNCTION {LargeObjectMakers} FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {LargeObjectMakers} TO pulse_owner;
        """;

    private const string Schemas = """
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT USAGE, CREATE ON SCHEMA public TO pulse_owner;
        GRANT USAGE ON SCHEMA public TO pulse_app, pulse_operator, pulse_operator_write, pulse_worker;

        CREATE SCHEMA IF NOT EXISTS pulse;
        ALTER SCHEMA pulse OWNER TO pulse_owner;
        REVOKE ALL ON SCHEMA pulse FROM PUBLIC;
        GRANT USAGE ON SCHEMA pulse TO pulse_app, pulse_operator, pulse_operator_write, pulse_audit_writer, pulse_worker,
          pulse_operator_login, pulse_operator_write_login;
        """;

    private const string SystemTables = """
        -- Tables that belong to the platform and to no tenant: the doctor asks of them what it does not ask of tenants' tables.
        CREATE TABLE IF NOT EXISTS pulse.system_table (
          table_schema name NOT NULL,
          table_name name NOT NULL,
          reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
          PRIMARY KEY (table_schema, table_name)
        );
        ALTER TABLE pulse.system_table OWNER TO pulse_owner;
        REVOKE ALL ON TABLE pulse.system_table FROM PUBLIC;
        GRANT SELECT ON TABLE pulse.system_table TO pulse_app, pulse_operator, pulse_operator_write, pulse_worker;
        """;

    private const string OperatorGrants = """
        -- Why an operator looked across tenants. Written by pulse.operator_open alone; nobody is granted a change.
        CREATE TABLE IF NOT EXISTS pulse.operator_grant (
          id uuid PRIMARY KEY,
          actor text NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 200),
          reason text NOT NULL CHECK (char_length(reason) BETWEEN 10 AND 500),
          target text CHECK (target ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
          login name NOT NULL DEFAULT session_user,
          client inet DEFAULT inet_client_addr(),
          opened_at timestamptz NOT NULL,
          expires_at timestamptz NOT NULL,
          CHECK (expires_at > opened_at AND expires_at <= opened_at + interval '15 minutes')
        );
        ALTER TABLE pulse.operator_grant OWNER TO pulse_owner;
        REVOKE ALL ON TABLE pulse.operator_grant FROM PUBLIC;
        GRANT SELECT ON TABLE pulse.operator_grant TO pulse_operator;

        CREATE OR REPLACE FUNCTION pulse.operator_open(
          grant_id uuid, grant_actor text, grant_reason text, lifetime interval, grant_target text DEFAULT NULL)
        RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
          opened timestamptz := clock_timestamp();
          expiry timestamptz;
        BEGIN
          INSERT INTO pulse.operator_grant (id, actor, reason, target, opened_at, expires_at)
          VALUES (grant_id, grant_actor, grant_reason, grant_target, opened, opened + least(lifetime, interval '15 minutes'))
          ON CONFLICT (id) DO NOTHING
          RETURNING expires_at INTO expiry;

          -- The same grant may serve again while it lasts; a grant in other words is another grant.
          IF expiry IS NULL THEN
            SELECT held.expires_at INTO expiry FROM pulse.operator_grant AS held
            WHERE held.id = grant_id AND held.actor = grant_actor AND held.reason = grant_reason
              AND held.target IS NOT DISTINCT FROM grant_target AND held.login = session_user AND held.expires_at > opened;
          END IF;
          IF expiry IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'PT403', MESSAGE = 'This operator grant has expired or was opened in other words.',
              HINT = 'Make a new grant.';
          END IF;
          RETURN expiry;
        END
        $function$;
        ALTER FUNCTION pulse.operator_open(uuid, text, text, interval, text) OWNER TO pulse_owner;
        REVOKE ALL ON FUNCTION pulse.operator_open(uuid, text, text, interval, text) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION pulse.operator_open(uuid, text, text, interval, text)
          TO pulse_operator_login, pulse_operator_write_login;

        CREATE OR REPLACE FUNCTION pulse.operator_require(grant_id uuid) RETURNS boolean
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
          IF NOT EXISTS (
            SELECT FROM pulse.operator_grant AS held
            WHERE held.id = grant_id AND held.login = session_user AND held.expires_at > clock_timestamp())
          THEN
            RAISE EXCEPTION USING ERRCODE = 'PT403', MESSAGE = 'No operator grant covers this access.',
              HINT = 'Open a grant first: pulse.operator_open.';
          END IF;
          RETURN true;
        END
        $function$;
        ALTER FUNCTION pulse.operator_require(uuid) OWNER TO pulse_owner;
        REVOKE ALL ON FUNCTION pulse.operator_require(uuid) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION pulse.operator_require(uuid) TO pulse_operator_login, pulse_operator_write_login;
        """;

    private static string Roles(string database) =>
        "-- Roles belong to the whole cluster, everything below this block to one database.\n"
        + SqlName.Block(RolesScript.Replace("@database", database, StringComparison.Ordinal));
}

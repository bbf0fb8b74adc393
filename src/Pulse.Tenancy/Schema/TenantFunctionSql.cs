namespace Pulse.Tenancy;

/// <summary>The two forms of <c>pulse.tenant_id()</c>, which every policy asks.</summary>
internal static class TenantFunctionSql
{
    /// <summary>
    /// Whoever may run <c>SET</c> decides the tenant; the latch and the batch commands see to it that nobody may. One
    /// expression, which the planner puts into the query itself: every query asks, and PL/pgSQL would be entered for each.
    /// </summary>
    public const string Plain = """
        -- No tenant is an error: an empty answer would look like an empty table. Everybody may call this: it only refuses.
        CREATE OR REPLACE FUNCTION pulse.no_tenant() RETURNS text
        LANGUAGE plpgsql STABLE PARALLEL SAFE AS $function$
        BEGIN
          RAISE EXCEPTION USING ERRCODE = 'PT401', MESSAGE = 'No tenant has been entered in this transaction.',
            HINT = 'Open the connection through Pulse.Tenancy, or set app.tenant_id for this transaction.';
        END
        $function$;
        ALTER FUNCTION pulse.no_tenant() OWNER TO pulse_owner;
        -- The tenant of this transaction. Read once, here: no search_path of a caller gives its names another meaning.
        CREATE OR REPLACE FUNCTION pulse.tenant_id() RETURNS text
        LANGUAGE sql STABLE PARALLEL SAFE
        RETURN CASE WHEN pg_catalog.current_setting('app.tenant_id', true) OPERATOR(pg_catalog.<>) ''
          THEN pg_catalog.current_setting('app.tenant_id', true) ELSE pulse.no_tenant() END;
        """;

    /// <summary>
    /// Whoever holds a sealing key decides the tenant. The seals are compared by their hashes: how long that takes says
    /// nothing about the seal that would have been right.
    /// </summary>
    public const string Sealed = """
        -- The tenant of this transaction, taken from a context sealed with a key of pulse.seal_key. A context that expires
        -- while its transaction runs stays good until that transaction ends.
        CREATE OR REPLACE FUNCTION pulse.tenant_id() RETURNS text
        LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
          context text := current_setting('pulse.ctx', true);
          parts text[];
          pads record;
          wanted bytea;
        BEGIN
          IF coalesce(context, '') = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'PT401', MESSAGE = 'No tenant has been entered in this transaction.',
              HINT = 'This database is sealed: set pulse.ctx for this transaction, as Pulse.Tenancy does.';
          END IF;
          parts := regexp_match(context,
            '^([A-Za-z0-9_-]{1,32})\.([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.([0-9]{1,12})\.([0-9a-f]{64})$');
          IF parts IS NOT NULL AND to_timestamp(parts[3]::double precision) > transaction_timestamp() THEN
            SELECT held.ipad, held.opad INTO pads FROM pulse.seal_key AS held
            WHERE held.kid = parts[1] AND held.not_after > transaction_timestamp();
            wanted := sha256(pads.opad || sha256(pads.ipad || convert_to(parts[1] || '.' || parts[2] || '.' || parts[3], 'UTF8')));
            IF sha256(wanted) = sha256(decode(parts[4], 'hex')) THEN
              RETURN parts[2];
            END IF;
          END IF;
          RAISE EXCEPTION USING ERRCODE = 'PT402', MESSAGE = 'The sealed tenant context is forged, expired or of an unknown key.',
            HINT = 'Compare the clocks of program and server, and the key id with pulse.seal_key.';
        END
        $function$;
        """;

    /// <summary>A name may stand in for the function only while it is the owner's and nobody else may call it.</summary>
    public const string Rights = """
        ALTER FUNCTION pulse.tenant_id() OWNER TO pulse_owner;
        REVOKE ALL ON FUNCTION pulse.tenant_id() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION pulse.tenant_id()
          TO pulse_app, pulse_operator, pulse_operator_write, pulse_audit_writer, pulse_worker;
        """;

    /// <summary>Bootstrap runs again and again; a sealed database must come out of it sealed.</summary>
    public static string PlainUnlessSealed => $"""
        DO $unsealed$
        BEGIN
          IF to_regclass('pulse.seal_key') IS NULL THEN
        {Plain}
          END IF;
        END
        $unsealed$;
        {Rights}
        """;
}

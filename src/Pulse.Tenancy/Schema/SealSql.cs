namespace Pulse.Tenancy;

/// <summary>The scripts behind <see cref="TenantSchema.Seal"/> and <see cref="TenantSchema.Unseal"/>.</summary>
internal static class SealSql
{
    private const string Keys = """
        -- HMAC-SHA-256 in two pads (RFC 2104), so that nothing but sha256 is needed. Whoever reads this table can enter every
        -- tenant: the owner alone may, and a dump made with all rights contains it.
        CREATE TABLE IF NOT EXISTS pulse.seal_key (
          kid text PRIMARY KEY CHECK (kid ~ '^[A-Za-z0-9_-]{1,32}$'),
          ipad bytea NOT NULL CHECK (octet_length(ipad) = 64),
          opad bytea NOT NULL CHECK (octet_length(opad) = 64),
          not_after timestamptz NOT NULL
        );
        ALTER TABLE pulse.seal_key OWNER TO pulse_owner;
        REVOKE ALL ON TABLE pulse.seal_key FROM PUBLIC, pulse_app, pulse_operator, pulse_operator_write, pulse_audit_writer, pulse_worker;

        -- The secret comes as a parameter: no script holds it.
        CREATE OR REPLACE FUNCTION pulse.seal_key_add(kid text, secret bytea, not_after timestamptz) RETURNS void
        LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
          key bytea := CASE WHEN octet_length(secret) > 64 THEN sha256(secret) ELSE secret END;
          inner_pad bytea := decode(repeat('36', 64), 'hex');
          outer_pad bytea := decode(repeat('5c', 64), 'hex');
        BEGIN
          IF secret IS NULL OR octet_length(secret) < 32 THEN
            RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'A sealing key has at least 32 bytes.',
              HINT = 'Make one of random bytes: openssl rand -hex 32';
          END IF;
          FOR i IN 0..octet_length(key) - 1 LOOP
            inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(key, i));
            outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(key, i));
          END LOOP;
          INSERT INTO pulse.seal_key AS held (kid, ipad, opad, not_after)
          VALUES (seal_key_add.kid, inner_pad, outer_pad, seal_key_add.not_after)
          ON CONFLICT ON CONSTRAINT seal_key_pkey DO UPDATE SET not_after = excluded.not_after
          WHERE held.ipad = excluded.ipad;
          IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = '23505', MESSAGE = format('Key id %s holds another secret.', seal_key_add.kid),
              HINT = 'Give the new secret a key id of its own.';
          END IF;
        END
        $function$;
        ALTER FUNCTION pulse.seal_key_add(text, bytea, timestamptz) OWNER TO pulse_owner;
        REVOKE ALL ON FUNCTION pulse.seal_key_add(text, bytea, timestamptz) FROM PUBLIC;

        -- What the key sealed is refused from this moment; the row stays, so that its id is never given to another secret.
        CREATE OR REPLACE FUNCTION pulse.seal_key_retire(kid text) RETURNS void
        LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
          UPDATE pulse.seal_key AS held SET not_after = least(held.not_after, transaction_timestamp())
          WHERE held.kid = seal_key_retire.kid;
          IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = format('There is no key id %s.', seal_key_retire.kid);
          END IF;
        END
        $function$;
        ALTER FUNCTION pulse.seal_key_retire(text) OWNER TO pulse_owner;
        REVOKE ALL ON FUNCTION pulse.seal_key_retire(text) FROM PUBLIC;
        """;

    public static string Write => $"""
        {Keys}

        {TenantFunctionSql.Sealed}
        {TenantFunctionSql.Rights}

        """;

    public static string Undo => $"""
        {TenantFunctionSql.Plain}
        {TenantFunctionSql.Rights}
        DROP FUNCTION IF EXISTS pulse.seal_key_add(text, bytea, timestamptz);
        DROP FUNCTION IF EXISTS pulse.seal_key_retire(text);
        DROP TABLE IF EXISTS pulse.seal_key;

        """;
}

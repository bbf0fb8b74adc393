using System.Security.Cryptography;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>The server's half of sealed mode: HMAC-SHA256 by PostgreSQL's own sha256, keys only the function's owner reads.</summary>
internal static class SealedDatabase
{
    public const string KeyId = "k1";

    public static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    public static TenantSealOptions Seal => new() { KeyId = KeyId, Secret = Convert.ToBase64String(Secret) };

    public static string Sql
    {
        get
        {
            var padded = new byte[64];
            Secret.CopyTo(padded, 0);
            var inner = Convert.ToHexStringLower(Array.ConvertAll(padded, b => (byte)(b ^ 0x36)));
            var outer = Convert.ToHexStringLower(Array.ConvertAll(padded, b => (byte)(b ^ 0x5c)));
            return $"""
                CREATE TABLE pulse.seal_key (id text PRIMARY KEY, ipad bytea NOT NULL, opad bytea NOT NULL);
                ALTER TABLE pulse.seal_key OWNER TO pulse_owner;
                REVOKE ALL ON pulse.seal_key FROM PUBLIC;
                INSERT INTO pulse.seal_key VALUES ('{KeyId}', '\x{inner}', '\x{outer}');
                CREATE OR REPLACE FUNCTION pulse.tenant_id() RETURNS text
                LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
                DECLARE
                  ctx text := current_setting('pulse.ctx', true);
                  parts text[];
                  key pulse.seal_key;
                BEGIN
                  IF coalesce(ctx, '') = '' THEN
                    RAISE EXCEPTION USING ERRCODE = 'PT401', MESSAGE = 'No tenant has been entered in this transaction.';
                  END IF;
                  parts := string_to_array(ctx, '.');
                  SELECT * INTO key FROM pulse.seal_key WHERE id = parts[1];
                  IF cardinality(parts) <> 4 OR key IS NULL
                    OR encode(sha256(key.opad || sha256(key.ipad || convert_to(parts[1] || '.' || parts[2] || '.' || parts[3], 'UTF8'))), 'hex') <> parts[4]
                    OR to_timestamp(parts[3]::bigint) < clock_timestamp()
                  THEN
                    RAISE EXCEPTION USING ERRCODE = 'PT402', MESSAGE = 'The tenant''s seal is forged or has expired.';
                  END IF;
                  RETURN parts[2];
                END
                $function$;
                """;
        }
    }
}

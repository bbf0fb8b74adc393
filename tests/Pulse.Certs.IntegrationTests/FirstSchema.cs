namespace Pulse.Certs.IntegrationTests;

/// <summary>The tables as the first deployments have them, where later forms change them.</summary>
internal static class FirstSchema
{
    public const string Revocation = """
        CREATE SCHEMA pulse_certs;
        CREATE TABLE pulse_certs.revocation (
            issuer      bytea       NOT NULL,
            serial      bytea       NOT NULL,
            tenant_id   text        NOT NULL,
            device_id   text        NOT NULL,
            reason      smallint    NOT NULL CHECK (reason IN (0, 1, 3, 4, 5, 9)),
            revoked_at  timestamptz NOT NULL,
            not_after   timestamptz NOT NULL,
            key_sha256  bytea       NOT NULL,
            PRIMARY KEY (issuer, serial)
        );
        ALTER TABLE pulse_certs.revocation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        INSERT INTO pulse_certs.revocation VALUES ('\x01', '\x4abc', 'acme', 'a', 4, now(), now(), '\x02');
        ALTER SCHEMA pulse_certs OWNER TO pulse_owner;
        ALTER TABLE pulse_certs.revocation OWNER TO pulse_owner;
        """;
}

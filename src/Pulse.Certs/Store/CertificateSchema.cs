namespace Pulse.Certs;

/// <summary>The tables of this package in PostgreSQL 15 or later.</summary>
public static class CertificateSchema
{
    /// <summary>
    /// Creates or completes the schema <c>pulse_certs</c>; safe to run again. Run it as <c>pulse_owner</c>, who needs CREATE on the
    /// database; the role <c>pulse_worker</c> must exist and gets SELECT and INSERT on the tables, by name, and UPDATE of the few columns that change. Row security is on and
    /// forced without any policy: a role that does not bypass it sees nothing, whatever it is granted by mistake.
    /// </summary>
    public static string Sql => """
        CREATE SCHEMA IF NOT EXISTS pulse_certs;
        REVOKE ALL ON SCHEMA pulse_certs FROM PUBLIC;
        GRANT USAGE ON SCHEMA pulse_certs TO pulse_worker;

        CREATE TABLE IF NOT EXISTS pulse_certs.certificate (
            issuer      bytea       NOT NULL CHECK (octet_length(issuer) = 32),
            serial      bytea       NOT NULL CHECK (octet_length(serial) BETWEEN 1 AND 20),
            purpose     text        NOT NULL CHECK (purpose IN ('device', 'server')),
            tenant_id   text,
            device_id   text,
            issued_at   timestamptz NOT NULL,
            not_before  timestamptz NOT NULL,
            not_after   timestamptz NOT NULL,
            key_sha256  bytea       NOT NULL CHECK (octet_length(key_sha256) = 32),
            sha256      bytea       NOT NULL CHECK (octet_length(sha256) = 32),
            der         bytea       NOT NULL,
            PRIMARY KEY (issuer, serial),
            CHECK ((purpose = 'device') = (tenant_id IS NOT NULL)),
            CHECK ((tenant_id IS NULL) = (device_id IS NULL))
        );
        CREATE INDEX IF NOT EXISTS certificate_device ON pulse_certs.certificate (tenant_id, device_id);
        CREATE UNIQUE INDEX IF NOT EXISTS certificate_sha256 ON pulse_certs.certificate (sha256);

        CREATE INDEX IF NOT EXISTS certificate_serial ON pulse_certs.certificate (serial);

        -- Append-only: the row with the highest revision is a certificate's state, code 8 a hold that was released. No reference to
        -- certificate: a revocation outlives the device and everything else about it.
        CREATE TABLE IF NOT EXISTS pulse_certs.revocation (
            issuer      bytea       NOT NULL,
            serial      bytea       NOT NULL,
            tenant_id   text,
            device_id   text,
            reason      smallint    NOT NULL,
            revoked_at  timestamptz NOT NULL,
            not_after   timestamptz NOT NULL,
            key_sha256  bytea       NOT NULL
        );
        ALTER TABLE pulse_certs.revocation ADD COLUMN IF NOT EXISTS revision integer NOT NULL DEFAULT 1 CHECK (revision > 0);
        ALTER TABLE pulse_certs.revocation ADD COLUMN IF NOT EXISTS invalid_since timestamptz;
        ALTER TABLE pulse_certs.revocation ALTER COLUMN tenant_id DROP NOT NULL, ALTER COLUMN device_id DROP NOT NULL;
        DO $$ BEGIN
            -- The first form of this table knew one row a certificate, and no hold.
            IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = 'pulse_certs.revocation'::regclass AND conname = 'revocation_key_of_row') THEN
                ALTER TABLE pulse_certs.revocation DROP CONSTRAINT IF EXISTS revocation_pkey, DROP CONSTRAINT IF EXISTS revocation_reason_check;
                ALTER TABLE pulse_certs.revocation
                    ADD CONSTRAINT revocation_key_of_row PRIMARY KEY (issuer, serial, revision),
                    ADD CONSTRAINT revocation_reason CHECK (reason IN (0, 1, 3, 4, 5, 6, 8, 9)),
                    ADD CONSTRAINT revocation_owner CHECK ((tenant_id IS NULL) = (device_id IS NULL));
            END IF;
        END $$;
        CREATE INDEX IF NOT EXISTS revocation_key ON pulse_certs.revocation (key_sha256);

        -- ended_at is the only column that ever changes here.
        CREATE TABLE IF NOT EXISTS pulse_certs.rotation (
            issuer           bytea       NOT NULL,
            serial           bytea       NOT NULL,
            successor_issuer bytea       NOT NULL,
            successor_serial bytea       NOT NULL,
            tenant_id        text        NOT NULL,
            device_id        text        NOT NULL,
            rotated_at       timestamptz NOT NULL,
            revoke_after     timestamptz NOT NULL,
            not_after        timestamptz NOT NULL,
            ended_at         timestamptz,
            PRIMARY KEY (successor_issuer, successor_serial)
        );
        CREATE INDEX IF NOT EXISTS rotation_current ON pulse_certs.rotation (issuer, serial);
        CREATE INDEX IF NOT EXISTS rotation_open ON pulse_certs.rotation (revoke_after) WHERE ended_at IS NULL;
        CREATE INDEX IF NOT EXISTS rotation_open_successor ON pulse_certs.rotation (successor_serial) WHERE ended_at IS NULL;

        -- One row a certificate and threshold, whichever host announced it.
        CREATE TABLE IF NOT EXISTS pulse_certs.expiry_notice (
            issuer      bytea       NOT NULL,
            serial      bytea       NOT NULL,
            threshold   text        NOT NULL CHECK (threshold <> '' AND position(',' in threshold) = 0),
            noticed_at  timestamptz NOT NULL,
            resolved_at timestamptz,
            PRIMARY KEY (issuer, serial, threshold)
        );
        CREATE INDEX IF NOT EXISTS expiry_notice_open ON pulse_certs.expiry_notice (issuer, serial) WHERE resolved_at IS NULL;
        CREATE INDEX IF NOT EXISTS certificate_end ON pulse_certs.certificate (not_after, serial);

        CREATE TABLE IF NOT EXISTS pulse_certs.issuance_log (
            sequence    bigint      PRIMARY KEY,
            previous    bytea       NOT NULL CHECK (octet_length(previous) = 32),
            hash        bytea       NOT NULL CHECK (octet_length(hash) = 32),
            issuer      bytea       NOT NULL,
            serial      bytea       NOT NULL,
            purpose     text        NOT NULL,
            tenant_id   text,
            device_id   text,
            issued_at   timestamptz NOT NULL,
            not_before  timestamptz NOT NULL,
            not_after   timestamptz NOT NULL,
            key_sha256  bytea       NOT NULL,
            sha256      bytea       NOT NULL,
            UNIQUE (issuer, serial)
        );
        CREATE INDEX IF NOT EXISTS issuance_log_key ON pulse_certs.issuance_log (key_sha256);
        CREATE INDEX IF NOT EXISTS issuance_log_serial ON pulse_certs.issuance_log (serial);

        -- The end of the log. Its row is locked by whoever issues: one writer at a time, so counts and keys hold until commit.
        CREATE TABLE IF NOT EXISTS pulse_certs.issuance_head (
            only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
            sequence    bigint      NOT NULL,
            hash        bytea       NOT NULL CHECK (octet_length(hash) = 32)
        );
        INSERT INTO pulse_certs.issuance_head (sequence, hash)
            VALUES (0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;

        ALTER TABLE pulse_certs.certificate ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE pulse_certs.revocation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE pulse_certs.rotation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE pulse_certs.expiry_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE pulse_certs.issuance_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

        GRANT SELECT, INSERT ON pulse_certs.certificate, pulse_certs.revocation, pulse_certs.issuance_log TO pulse_worker;
        GRANT SELECT, INSERT, UPDATE (ended_at) ON pulse_certs.rotation TO pulse_worker;
        GRANT SELECT, INSERT, UPDATE (resolved_at) ON pulse_certs.expiry_notice TO pulse_worker;
        GRANT SELECT, UPDATE (sequence, hash) ON pulse_certs.issuance_head TO pulse_worker;
        """;
}

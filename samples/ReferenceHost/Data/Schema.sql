-- The reference host's own tables. Run as pulse_owner; idempotent. Protection (RLS, policies, base grants) is added by
-- TenantSchema.Protect; the statements of Grants.sql then narrow what it gave.
CREATE TABLE IF NOT EXISTS public.tenant (
    tenant_id text PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.device (
    tenant_id text NOT NULL REFERENCES public.tenant (tenant_id),
    device_id text NOT NULL,
    mqtt_username text NOT NULL,
    site_id text,
    status text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, device_id),
    UNIQUE (tenant_id, mqtt_username)
);

-- message_id is a UUIDv7: the key doubles as "newest first" for one device. No foreign key to device: ingest has asked
-- the registry already, and history outlives the device.
CREATE TABLE IF NOT EXISTS public.telemetry (
    tenant_id text NOT NULL,
    device_id text NOT NULL,
    message_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('telemetry', 'heartbeat', 'shadow_reported', 'command_ack')),
    received_at timestamptz NOT NULL,
    sent_at timestamptz,
    sequence bigint,
    site_id text,
    payload jsonb NOT NULL,
    PRIMARY KEY (tenant_id, device_id, message_id)
);

-- One row per minute, device, reason and payload, and one for all payloads beyond the twentieth: a flood raises the count,
-- not the number of rows.
CREATE TABLE IF NOT EXISTS public.quarantine (
    tenant_id text NOT NULL,
    device_id text NOT NULL,
    minute timestamptz NOT NULL,
    reason text NOT NULL,
    payload_sha256 text NOT NULL,
    topic text NOT NULL,
    detail text,
    payload_length integer NOT NULL,
    payload_head bytea NOT NULL CHECK (octet_length(payload_head) <= 1024),
    count bigint NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, device_id, minute, reason, payload_sha256)
);

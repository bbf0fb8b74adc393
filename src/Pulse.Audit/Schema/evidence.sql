-- The sealed log: a Merkle tree (RFC 6962) over the hashes of committed events, and signed checkpoints of it. Written by the
-- sealer alone, in the role pulse_worker; nobody changes a row.

-- Leaf first_index + i of the tree is event first_seq + i of the stream.
CREATE TABLE IF NOT EXISTS pulse_audit.sealed_run (
    first_index bigint PRIMARY KEY CHECK (first_index >= 0),
    stream uuid NOT NULL,
    first_seq bigint NOT NULL CHECK (first_seq > 0),
    last_seq bigint NOT NULL CHECK (last_seq >= first_seq),
    UNIQUE (stream, last_seq)
);

-- Whose key signs the checkpoints of trees larger than first_size. Each key is handed over by the one before it.
CREATE TABLE IF NOT EXISTS pulse_audit.key_epoch (
    epoch integer PRIMARY KEY CHECK (epoch > 0),
    first_size bigint NOT NULL CHECK (first_size >= 0),
    public_key bytea NOT NULL,
    note text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The note is a C2SP signed note. The frontier (the roots of the tree's full subtrees) lets the sealer go on without reading
-- the log again; it is no evidence.
CREATE TABLE IF NOT EXISTS pulse_audit.checkpoint (
    tree_size bigint PRIMARY KEY CHECK (tree_size > 0),
    epoch integer NOT NULL REFERENCES pulse_audit.key_epoch,
    frontier bytea NOT NULL,
    note text NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

SELECT pulse_audit.make_append_only('pulse_audit.sealed_run');
SELECT pulse_audit.make_append_only('pulse_audit.key_epoch');
SELECT pulse_audit.make_append_only('pulse_audit.checkpoint');

REVOKE ALL ON pulse_audit.sealed_run, pulse_audit.key_epoch, pulse_audit.checkpoint FROM PUBLIC, pulse_app, pulse_audit_writer, pulse_worker;
GRANT SELECT, INSERT ON pulse_audit.sealed_run TO pulse_worker;
GRANT SELECT, INSERT (epoch, first_size, public_key, note) ON pulse_audit.key_epoch TO pulse_worker;
GRANT SELECT, INSERT (tree_size, epoch, frontier, note) ON pulse_audit.checkpoint TO pulse_worker;

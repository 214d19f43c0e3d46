-- Callers with a key of their own: who the cloud says an account is, whether it is let in, and its service keys.

ALTER TABLE accounts ADD COLUMN cloud_id TEXT;
ALTER TABLE accounts ADD COLUMN access TEXT NOT NULL DEFAULT 'Unlisted';
ALTER TABLE accounts ADD COLUMN key_ordered_at INTEGER;

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    archived_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX users_living_name ON users (account_id, name) WHERE archived_at IS NULL;

-- secret is sealed before it comes here.
CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    public_key TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    archived_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX keys_living_name ON keys (account_id, name) WHERE archived_at IS NULL;

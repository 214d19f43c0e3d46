-- What Muster remembers, in SQL that PostgreSQL and CockroachDB both speak. Words of the domain (phases, conditions, types) are the
-- names they have in the code, spans are in microseconds. Nothing is deleted: living rows have no archived_at (revoked_at), and
-- living names are unique by partial indices. Every statement may run again: a migration that broke off is begun anew.

CREATE TABLE IF NOT EXISTS accounts (
    id uuid NOT NULL PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_name UNIQUE (name)
);

-- The people of an account and their keys.
CREATE TABLE IF NOT EXISTS users (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    name text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS users_living_name ON users (account_id, name) WHERE archived_at IS NULL;

-- secret is sealed before it comes here, or null where only the public half is known.
CREATE TABLE IF NOT EXISTS keys (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    name text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    public_key text NOT NULL,
    secret jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS keys_living_name ON keys (account_id, name) WHERE archived_at IS NULL;

CREATE TABLE IF NOT EXISTS tokens (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT tokens_account REFERENCES accounts (id),
    name text COLLATE "C" NOT NULL,
    role text NOT NULL,
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT tokens_secret_hash UNIQUE (secret_hash)
);

CREATE UNIQUE INDEX IF NOT EXISTS tokens_living_name ON tokens (account_id, name) WHERE revoked_at IS NULL;

CREATE INDEX IF NOT EXISTS tokens_newest ON tokens (account_id, created_at, id);

CREATE TABLE IF NOT EXISTS templates (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT templates_account REFERENCES accounts (id),
    name text COLLATE "C" NOT NULL,
    cloud text COLLATE "C" NOT NULL,
    name_prefix text,
    image text NOT NULL,
    size text,
    networks jsonb NOT NULL,
    firewall_enabled boolean NOT NULL,
    user_data text,
    metadata jsonb NOT NULL,
    tags jsonb NOT NULL,
    options jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS templates_living_name ON templates (account_id, name) WHERE archived_at IS NULL;

CREATE INDEX IF NOT EXISTS templates_name ON templates (account_id, name, id);

-- cloud is the template's: templates never change, and a sweep is found by it without a look at any template.
CREATE TABLE IF NOT EXISTS groups (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    name text COLLATE "C" NOT NULL,
    template_id uuid NOT NULL REFERENCES templates (id),
    cloud text COLLATE "C" NOT NULL,
    capacity_desired bigint NOT NULL,
    capacity_min bigint NOT NULL,
    capacity_max bigint NOT NULL,
    interval_us bigint NOT NULL,
    scale_in text NOT NULL,
    brakes jsonb NOT NULL,
    suspended bigint NOT NULL,
    phase text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS groups_living_name ON groups (account_id, name) WHERE archived_at IS NULL;

CREATE INDEX IF NOT EXISTS groups_name ON groups (account_id, name, id);

CREATE INDEX IF NOT EXISTS groups_living_sweep ON groups (account_id, cloud, id) WHERE archived_at IS NULL;

CREATE INDEX IF NOT EXISTS groups_living_template ON groups (template_id) WHERE archived_at IS NULL;

-- Written with every check, so apart from what users write. The fence, the lease and the newest activity stand with it:
-- one row says whether a write counts and whether its activity melts in. No index but the key and room in every page: PostgreSQL
-- then writes the new version of a row beside the old one and touches no index.
CREATE TABLE IF NOT EXISTS group_states (
    group_id uuid NOT NULL PRIMARY KEY REFERENCES groups (id),
    fence bigint NOT NULL,
    lease_holder text,
    lease_ends_at timestamptz,
    last_activity bigint,
    condition text NOT NULL,
    reason text NOT NULL,
    next_attempt_at timestamptz,
    checked_at timestamptz,
    running bigint NOT NULL,
    provisioning bigint NOT NULL,
    pending bigint NOT NULL,
    dead bigint NOT NULL,
    terminating bigint NOT NULL,
    unknown bigint NOT NULL,
    established_level bigint NOT NULL,
    breaker jsonb,
    mass_failure boolean NOT NULL,
    launched jsonb,
    terminated jsonb,
    recent_terminations jsonb,
    failures_in_row bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS launches (
    id uuid NOT NULL PRIMARY KEY,
    group_id uuid NOT NULL REFERENCES groups (id),
    template_id uuid NOT NULL REFERENCES templates (id),
    instance_name text NOT NULL,
    phase text NOT NULL,
    is_open boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    instance_id text,
    attempts bigint NOT NULL,
    failure text,
    reason text NOT NULL
);

CREATE INDEX IF NOT EXISTS launches_open ON launches (group_id, created_at, id) WHERE is_open;

-- entry is where an activity stands in its group and never changes: its first position. position is renewed when a repeat melts in.
-- Only a group's newest entry melts, so within a group both have the same order.
CREATE TABLE IF NOT EXISTS activities (
    id uuid NOT NULL PRIMARY KEY,
    entry bigint NOT NULL,
    position bigint NOT NULL,
    account_id uuid NOT NULL,
    group_id uuid NOT NULL REFERENCES groups (id),
    type text NOT NULL,
    status text NOT NULL,
    description text NOT NULL,
    author text NOT NULL,
    instance_id text,
    launch_id uuid,
    count bigint NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX IF NOT EXISTS activities_position ON activities (account_id, position);

CREATE UNIQUE INDEX IF NOT EXISTS activities_entry ON activities (group_id, entry);

-- The newest position given in an account. Every transaction that writes activities takes this row first and keeps it to its end, so
-- positions become visible in their order.
CREATE TABLE IF NOT EXISTS trails (
    account_id uuid NOT NULL PRIMARY KEY REFERENCES accounts (id),
    position bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- The last transaction of each process in an account's trail: whoever lost the answer to a COMMIT reads here whether it happened.
CREATE TABLE IF NOT EXISTS lanes (
    account_id uuid NOT NULL REFERENCES accounts (id),
    writer uuid NOT NULL,
    last_write uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, writer)
);

-- Servers that share the store, and which of them makes which sweep.
CREATE TABLE IF NOT EXISTS servers (
    holder text COLLATE "C" NOT NULL PRIMARY KEY,
    address text NOT NULL,
    version text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS servers_living ON servers (ends_at);

-- A row is made when a sweep is first taken and stays, since its fencing number must never begin anew.
CREATE TABLE IF NOT EXISTS sweep_leases (
    account_id uuid NOT NULL REFERENCES accounts (id),
    cloud text COLLATE "C" NOT NULL,
    fence bigint NOT NULL,
    holder text COLLATE "C",
    ends_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, cloud)
);

CREATE INDEX IF NOT EXISTS sweep_leases_holder ON sweep_leases (holder) WHERE holder IS NOT NULL;

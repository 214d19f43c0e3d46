-- What Muster remembers. Ids are UUIDs in lower case, times and spans are in microseconds (times since 1970 in UTC),
-- words of the domain (phases, conditions, types) are the names they have in the code. Nothing is deleted: living rows
-- have no archived_at, and living names are unique by partial indices.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tokens_living_name ON tokens (account_id, name) WHERE revoked_at IS NULL;
CREATE INDEX tokens_newest ON tokens (account_id, created_at, id);

CREATE TABLE templates (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    cloud TEXT NOT NULL,
    name_prefix TEXT,
    image TEXT NOT NULL,
    size TEXT,
    networks TEXT NOT NULL,
    firewall_enabled INTEGER NOT NULL,
    user_data TEXT,
    metadata TEXT NOT NULL,
    tags TEXT NOT NULL,
    options TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE UNIQUE INDEX templates_living_name ON templates (account_id, name) WHERE archived_at IS NULL;
CREATE INDEX templates_name ON templates (account_id, name, id);

-- cloud is the template's: templates never change, and a sweep is found by it without a look at any template.
CREATE TABLE groups (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    template_id TEXT NOT NULL REFERENCES templates (id),
    cloud TEXT NOT NULL,
    capacity_desired INTEGER NOT NULL,
    capacity_min INTEGER NOT NULL,
    capacity_max INTEGER NOT NULL,
    interval_us INTEGER NOT NULL,
    scale_in TEXT NOT NULL,
    brakes TEXT NOT NULL,
    suspended INTEGER NOT NULL,
    phase TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE UNIQUE INDEX groups_living_name ON groups (account_id, name) WHERE archived_at IS NULL;
CREATE INDEX groups_name ON groups (account_id, name, id);
CREATE INDEX groups_living_sweep ON groups (account_id, cloud, id, template_id) WHERE archived_at IS NULL;
CREATE INDEX groups_living_template ON groups (template_id) WHERE archived_at IS NULL;

-- Written with every check, so apart from what users write. The fence, the lease and the newest activity stand with it:
-- one row says whether a write counts and whether its activity melts in.
CREATE TABLE group_states (
    group_id TEXT NOT NULL PRIMARY KEY REFERENCES groups (id),
    fence INTEGER NOT NULL,
    lease_holder TEXT,
    lease_ends_at INTEGER,
    last_activity INTEGER,
    condition TEXT NOT NULL,
    reason TEXT NOT NULL,
    next_attempt_at INTEGER,
    checked_at INTEGER,
    running INTEGER NOT NULL,
    provisioning INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    terminating INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    established_level INTEGER NOT NULL,
    breaker TEXT,
    mass_failure INTEGER NOT NULL,
    launched TEXT,
    terminated TEXT,
    recent_terminations TEXT,
    failures_in_row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE launches (
    id TEXT NOT NULL PRIMARY KEY,
    group_id TEXT NOT NULL REFERENCES groups (id),
    template_id TEXT NOT NULL REFERENCES templates (id),
    instance_name TEXT NOT NULL,
    phase TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    instance_id TEXT,
    attempts INTEGER NOT NULL,
    failure TEXT,
    reason TEXT NOT NULL
) STRICT;

CREATE INDEX launches_open ON launches (group_id, created_at, id) WHERE is_open = 1;

-- entry is where an activity stands in its group and never changes; position is renewed when a repeat melts in. Only a
-- group's newest entry melts, so within a group both have the same order, and a repeat touches one index only.
CREATE TABLE activities (
    entry INTEGER NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    group_id TEXT NOT NULL REFERENCES groups (id),
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    description TEXT NOT NULL,
    author TEXT NOT NULL,
    instance_id TEXT,
    launch_id TEXT,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX activities_position ON activities (account_id, position);
CREATE INDEX activities_group ON activities (group_id);

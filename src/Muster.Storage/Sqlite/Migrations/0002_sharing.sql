-- Servers that share a store, and which of them makes which sweep. In SQLite there is one at a time; the tables are there all the
-- same, so that the engine knows one way only.

CREATE TABLE servers (
    holder TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX servers_living ON servers (ends_at);

-- A row is made when a sweep is first taken and stays, since its fencing number must never begin anew.
CREATE TABLE sweep_leases (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    cloud TEXT NOT NULL,
    fence INTEGER NOT NULL,
    holder TEXT,
    ends_at INTEGER,
    PRIMARY KEY (account_id, cloud)
) STRICT, WITHOUT ROWID;

CREATE INDEX sweep_leases_holder ON sweep_leases (holder) WHERE holder IS NOT NULL;

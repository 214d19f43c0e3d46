-- The last runs of level checks, 50 a group: where they ran, when, and how they ended. No truth, but a look-out; what was done is in
-- activities. The slots of a group are filled one by one, then the oldest run gives its slot to the newest: rows are overwritten and
-- none is ever deleted.

CREATE TABLE checks (
    group_id TEXT NOT NULL REFERENCES groups (id),
    slot INTEGER NOT NULL,
    id TEXT NOT NULL,
    ran_on TEXT NOT NULL,
    allocation TEXT,
    due_at INTEGER,
    started_at INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    outcome TEXT,
    exit_code INTEGER,
    reason TEXT NOT NULL,
    PRIMARY KEY (group_id, slot)
) STRICT, WITHOUT ROWID;

-- A group may be spread over several placements, and what it is made of has numbered revisions, all of which are kept: rows are written
-- with the group and never again. Null where there is nothing, as nearly always; no revision is the first. Which placement a launch is for,
-- and what moves between placements, is null as well in a group with one template. Who made the first revisions of before, nobody knows.

ALTER TABLE groups ADD COLUMN layout TEXT;
ALTER TABLE groups ADD COLUMN revision INTEGER;
ALTER TABLE groups ADD COLUMN evacuations TEXT;
ALTER TABLE group_states ADD COLUMN moves TEXT;
ALTER TABLE launches ADD COLUMN placement TEXT;

-- Few: whoever archives a template looks whether a placement needs it.
CREATE INDEX groups_living_spread ON groups (account_id) WHERE layout IS NOT NULL AND archived_at IS NULL;

CREATE TABLE group_revisions (
    group_id TEXT NOT NULL REFERENCES groups (id),
    revision INTEGER NOT NULL,
    template_id TEXT NOT NULL REFERENCES templates (id),
    layout TEXT,
    created_at INTEGER NOT NULL,
    author TEXT,
    PRIMARY KEY (group_id, revision)
) STRICT, WITHOUT ROWID;

INSERT INTO group_revisions (group_id, revision, template_id, created_at) SELECT id, 1, template_id, created_at FROM groups;

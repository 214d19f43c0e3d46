-- A group may be spread over several placements, and what it is made of has numbered revisions, all of which are kept: rows are written
-- with the group and never again. Null where there is nothing, as nearly always; no revision is the first. Which placement a launch is for,
-- and what moves between placements, is null as well in a group with one template. Who made the first revisions of before, nobody knows;
-- servers of before that go on beside newer ones keep none.

ALTER TABLE groups ADD COLUMN IF NOT EXISTS layout jsonb;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS revision bigint;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS evacuations jsonb;
ALTER TABLE group_states ADD COLUMN IF NOT EXISTS moves jsonb;
ALTER TABLE launches ADD COLUMN IF NOT EXISTS placement text;

-- Few: whoever archives a template looks whether a placement needs it.
CREATE INDEX IF NOT EXISTS groups_living_spread ON groups (account_id) WHERE layout IS NOT NULL AND archived_at IS NULL;

CREATE TABLE IF NOT EXISTS group_revisions (
    group_id uuid NOT NULL REFERENCES groups (id),
    revision bigint NOT NULL,
    template_id uuid NOT NULL REFERENCES templates (id),
    layout jsonb,
    created_at timestamptz NOT NULL,
    author text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, revision)
);

INSERT INTO group_revisions (group_id, revision, template_id, created_at) SELECT id, 1, template_id, created_at FROM groups
ON CONFLICT (group_id, revision) DO NOTHING;

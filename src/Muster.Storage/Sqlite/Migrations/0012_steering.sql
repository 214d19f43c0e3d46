-- Policies stand beside their group, as claims do, and so does what a person said with its level, who, why and how long it holds against
-- them: null where there is nothing, as nearly always. is_steered marks the groups that rounds evaluate, so that a round finds them without a look at any other. What a round
-- concluded is a row that each round overwrites; one of nothing but nulls is of a group that is steered no more.
-- What receivers were told stands apart in words: a round that began before must not write over it.

ALTER TABLE groups ADD COLUMN held_until INTEGER;
ALTER TABLE groups ADD COLUMN scaled_by TEXT;
ALTER TABLE groups ADD COLUMN scaled_for TEXT;
ALTER TABLE groups ADD COLUMN policies TEXT;
ALTER TABLE groups ADD COLUMN is_steered INTEGER;

CREATE INDEX groups_steered ON groups (is_steered, id) WHERE is_steered IS NOT NULL AND archived_at IS NULL;

CREATE TABLE steering_states (
    group_id TEXT NOT NULL PRIMARY KEY REFERENCES groups (id),
    evaluated_at INTEGER,
    conclusion TEXT,
    boot_us INTEGER,
    short_since INTEGER,
    outcomes TEXT,
    words TEXT
) STRICT, WITHOUT ROWID;

-- Readings that were pushed and wait for a round; null where none do.
CREATE TABLE pushed_readings (
    group_id TEXT NOT NULL PRIMARY KEY REFERENCES groups (id),
    newest_at INTEGER NOT NULL,
    pushed TEXT
) STRICT;

CREATE INDEX pushed_readings_newest ON pushed_readings (newest_at) WHERE pushed IS NOT NULL;

-- What policies read: a row is a span of time of one metric, its readings packed into bytes. Each metric of a group has a few places for each
-- resolution, and the newest chunk takes the place of the one that has just become too old: rows are overwritten and none is ever deleted. One
-- without readings is forgotten.
CREATE TABLE reading_chunks (
    group_id TEXT NOT NULL REFERENCES groups (id),
    resolution TEXT NOT NULL,
    metric TEXT NOT NULL,
    place INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    readings BLOB,
    PRIMARY KEY (group_id, resolution, metric, place)
) STRICT;

CREATE INDEX reading_chunks_beginning ON reading_chunks (resolution, starts_at) WHERE readings IS NOT NULL;

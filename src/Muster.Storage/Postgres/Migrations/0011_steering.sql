-- Policies stand beside their group, as claims do, and so does what a person said with its level, who, why and how long it holds against
-- them: null where there is nothing, as nearly always. is_steered marks the groups that rounds evaluate, so that a round finds them without a look at any other. What a round
-- concluded is a row that each round overwrites; one of nothing but nulls is of a group that is steered no more.
-- What receivers were told stands apart in words: a round that began before must not write over it.

ALTER TABLE groups ADD COLUMN IF NOT EXISTS held_until timestamptz;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS scaled_by text;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS scaled_for text;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS policies jsonb;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS is_steered boolean;

CREATE INDEX IF NOT EXISTS groups_steered ON groups (is_steered, id) WHERE is_steered IS NOT NULL AND archived_at IS NULL;

CREATE TABLE IF NOT EXISTS steering_states (
    group_id uuid NOT NULL PRIMARY KEY REFERENCES groups (id),
    evaluated_at timestamptz,
    conclusion text,
    boot_us bigint,
    short_since timestamptz,
    outcomes jsonb,
    words jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- Readings that were pushed and wait for a round; null where none do.
CREATE TABLE IF NOT EXISTS pushed_readings (
    group_id uuid NOT NULL PRIMARY KEY REFERENCES groups (id),
    newest_at timestamptz NOT NULL,
    pushed text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE INDEX IF NOT EXISTS pushed_readings_newest ON pushed_readings (newest_at) WHERE pushed IS NOT NULL;

-- What policies read: a row is a span of time of one metric, its readings packed into bytes. Each metric of a group has a few places for each
-- resolution, and the newest chunk takes the place of the one that has just become too old: rows are overwritten and none is ever deleted. One
-- without readings is forgotten.
CREATE TABLE IF NOT EXISTS reading_chunks (
    group_id uuid NOT NULL REFERENCES groups (id),
    resolution text COLLATE "C" NOT NULL,
    metric text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    starts_at timestamptz NOT NULL,
    readings bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, resolution, metric, place)
) WITH (fillfactor = 50);

CREATE INDEX IF NOT EXISTS reading_chunks_beginning ON reading_chunks (resolution, starts_at) WHERE readings IS NOT NULL;

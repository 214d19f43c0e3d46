-- What is remembered of instances beyond their launch has more to say than that they boot, and each placement of a group has brakes of its
-- own: those of a group's only placement stay where they are. What others than a person claim of a group's capacity stands beside it,
-- and when a person last set it. JSON arrays, null where there is nothing, as nearly always.

ALTER TABLE group_states RENAME COLUMN booting TO members;
ALTER TABLE group_states ADD COLUMN placements TEXT;
ALTER TABLE groups ADD COLUMN claims TEXT;
ALTER TABLE groups ADD COLUMN scaled_at INTEGER;

-- Instances without an open launch that are on their way up, and since when: past their boot time-out they are given up. A JSON array;
-- null when there are none, as nearly always.

ALTER TABLE group_states ADD COLUMN booting TEXT;

-- The column of members has its first name again, as in PostgreSQL, where servers of several versions share it.

ALTER TABLE group_states RENAME COLUMN members TO booting;

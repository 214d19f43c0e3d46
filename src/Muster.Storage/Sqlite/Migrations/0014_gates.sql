-- How instances of a group leave their load balancers before they are terminated, and where others have their turn in an instance's life,
-- as people want it. How many drained at the last check stands with the other counts; which of them and since when, and what was said to
-- their gates, stand with members and notes. Null where there is nothing, or none: as in every store of before.

ALTER TABLE groups ADD COLUMN drain TEXT;
ALTER TABLE groups ADD COLUMN hooks TEXT;
ALTER TABLE group_states ADD COLUMN draining INTEGER;

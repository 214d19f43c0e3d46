-- What takes the instances of a group in and out of service, as people want it: sources of traffic by name, and what the group says of
-- itself there. Null for nothing: as in every store of before.

ALTER TABLE groups ADD COLUMN IF NOT EXISTS traffic jsonb;

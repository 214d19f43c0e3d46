-- Callers with a key of their own: who the cloud says an account is, whether it is let in, and the service keys' way to it.

ALTER TABLE accounts ADD COLUMN IF NOT EXISTS cloud_id text;

ALTER TABLE accounts ADD COLUMN IF NOT EXISTS access text NOT NULL DEFAULT 'Unlisted';

ALTER TABLE accounts ADD COLUMN IF NOT EXISTS key_ordered_at timestamptz;

ALTER TABLE keys ADD COLUMN IF NOT EXISTS confirmed_at timestamptz;

-- Nothing has filled the table before: a key without its private half is of no use here.
ALTER TABLE keys ALTER COLUMN secret SET NOT NULL;

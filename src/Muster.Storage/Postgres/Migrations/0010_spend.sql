-- What an account may spend an hour, and what each group costs an hour as of its last check, in millionths of the installation's currency.
-- Null where nobody limits it, and where a group costs nothing that anybody knows of, as in every store of before.

ALTER TABLE accounts ADD COLUMN IF NOT EXISTS spend_per_hour_max bigint;
ALTER TABLE group_states ADD COLUMN IF NOT EXISTS spend_per_hour bigint;

-- How far a token's role reaches. Until now every admin could do what concerns the whole installation; those of the installation's own
-- account still can, and those of other accounts are confined to theirs.

ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'Account';

UPDATE tokens SET scope = 'Installation' WHERE account_id IN (SELECT id FROM accounts WHERE name = 'default');

-- A task's word for the time could give a lease an end for which nobody lives long enough.
UPDATE group_states SET lease_ends_at = NULL, lease_holder = NULL, fence = fence + 1
WHERE lease_ends_at > (CAST(strftime('%s', 'now') AS INTEGER) + 86400) * 1000000;

-- Servers from before 0007_members may go on beside newer ones, and they read and write what is remembered of instances in the column
-- booting. So it stays there. The column members is read no more; it stays because servers of that one version still write it.

UPDATE group_states SET booting = members, updated_at = now() WHERE booting IS DISTINCT FROM members;

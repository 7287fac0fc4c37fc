-- Numbers that devices have heard of this hub before it was put back to a backup: they have proved it by them, and prove
-- nothing more. Nothing is said under them again.
ALTER TABLE hub ADD COLUMN lost_bulletin INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hub ADD COLUMN lost_clock INTEGER NOT NULL DEFAULT 0;

-- The stick that a file went to or came from, as its owner called it, and its letter where drives have letters: a file's
-- name alone does not tell which of her sticks to carry. None for a folder. The name may be empty.
ALTER TABLE sync_run ADD COLUMN stick_name TEXT;
ALTER TABLE sync_run ADD COLUMN stick_letter TEXT CHECK (stick_letter IS NULL OR stick_name IS NOT NULL);

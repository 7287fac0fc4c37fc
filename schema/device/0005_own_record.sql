-- The program's own records are few among many, and asked for at every form.
CREATE INDEX own_record ON record (kind, newest_change) WHERE kind >= 60000;

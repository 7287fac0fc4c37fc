-- What communes submit and answer, few among many.
CREATE INDEX own_record ON record (kind, unit) WHERE kind >= 60000;

-- The bin lists what was erased last first, without reading every record for it.
CREATE INDEX record_erased ON record (last_hlc, id, kind) WHERE erased = 1;

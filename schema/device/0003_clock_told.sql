-- Times that are shown are put right on every PC of the commune.
--
-- Of this PC's own: under which of its hub's epochs it was told; none while it was not.
ALTER TABLE clock_correction ADD COLUMN told_epoch INTEGER;
-- Of another PC's: the hub's number for it, by which this PC asks for what came after. 0 for what is to be heard again.
ALTER TABLE clock_correction ADD COLUMN number INTEGER;

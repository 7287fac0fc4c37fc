-- One sealed batch into the log, with the receipt that is given for it.
INSERT INTO batch (
  unit, device, first_seq, n_changes, catalogue, previous_chain, chain, bytes,
  received_at_ms, receipt_epoch, receipt_signature
)
VALUES (
  :unit, :device, :first_seq, :n_changes, :catalogue, :previous_chain, :chain, :bytes,
  :received_at_ms, :receipt_epoch, :receipt_signature
)

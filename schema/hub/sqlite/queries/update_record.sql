UPDATE record
SET unit = :unit,
    erased = :erased,
    last_device = :last_device,
    last_seq = :last_seq,
    last_hlc = :last_hlc,
    catalogue = :catalogue,
    fields = :fields,
    versions = :versions,
    merge = :merge
WHERE id = :id

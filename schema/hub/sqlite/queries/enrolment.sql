SELECT unit.code, unit.valid_from, enrolment.expires_at_ms, enrolment.used_by, enrolment.created_at_ms
FROM enrolment
JOIN unit ON unit.id = enrolment.unit
WHERE enrolment.code_hash = :code_hash

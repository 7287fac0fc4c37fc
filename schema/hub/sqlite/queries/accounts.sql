SELECT account.name, account.password_hash, unit.code, unit.valid_from, account.created_at_ms
FROM account
JOIN unit ON unit.id = account.unit
ORDER BY account.name

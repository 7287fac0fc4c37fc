INSERT INTO enrolment (id, hub_url, hub_key, token, province, hub_epoch, enrolled_at_ms)
VALUES (1, :hub_url, :hub_key, :token, :province, :hub_epoch, :enrolled_at_ms)
ON CONFLICT (id) DO UPDATE SET
  hub_url = excluded.hub_url,
  hub_key = excluded.hub_key,
  token = excluded.token,
  province = excluded.province,
  hub_epoch = excluded.hub_epoch,
  enrolled_at_ms = excluded.enrolled_at_ms

INSERT INTO bulletin (number, kind, unit_code, unit_from, topic, content, signature, published_at_ms)
VALUES (:number, :kind, :unit_code, :unit_from, :topic, :content, :signature, :published_at_ms)

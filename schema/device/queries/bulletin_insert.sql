INSERT INTO bulletin (hub, number, kind, made_at_ms, received_at_ms, applied, content, signature)
VALUES (:hub, :number, :kind, :made_at_ms, :received_at_ms, :applied, :content, :signature)

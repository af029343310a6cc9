-- Sounds: music on hold, and what callers hear. The file as it was uploaded stands last, so that rows are read without it.
CREATE TABLE sound (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    upload BLOB,
    PRIMARY KEY (company, id)
) STRICT;

-- Services could name a sound before there were any, and the exchange's own music played in its place. So it goes on.
UPDATE service SET settings = json_set(settings, '$.source', 'system')
    WHERE feature IN ('music_on_hold', 'music_on_hold_user', 'custom_ringback_group')
        AND json_type(settings, '$.source') = 'object';
UPDATE service SET settings = json_set(settings, '$.internal_source', 'system')
    WHERE feature IN ('music_on_hold', 'music_on_hold_user')
        AND json_type(settings, '$.internal_source') = 'object';
UPDATE service SET settings = json_set(settings, '$.waiting_source', 'system')
    WHERE feature = 'custom_ringback_group' AND json_type(settings, '$.waiting_source') = 'object';
UPDATE service SET settings = json_set(settings, '$.entries', (
        SELECT json_group_array(json_set(value, '$.source', 'system', '$.waiting_source', NULL))
        FROM json_each(settings, '$.entries')))
    WHERE feature = 'custom_ringback_user' AND json_type(settings, '$.entries') = 'array';

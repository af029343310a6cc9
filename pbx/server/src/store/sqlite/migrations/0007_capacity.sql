-- Capacity groups, which subscribers name by their id.
CREATE TABLE capacity_group (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

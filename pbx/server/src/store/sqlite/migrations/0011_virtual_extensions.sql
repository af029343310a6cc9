-- Virtual extensions: numbers of the public network that colleagues call by an extension.
CREATE TABLE virtual_extension (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

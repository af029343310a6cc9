-- Price lists: a line a row, by its place in the list.
CREATE TABLE price (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

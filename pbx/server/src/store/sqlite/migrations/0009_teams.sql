-- Teams: who picks up each other's calls, and on whom calls are parked in turn.
CREATE TABLE team (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

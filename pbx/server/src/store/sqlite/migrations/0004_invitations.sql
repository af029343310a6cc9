-- One invitation a user at most, kept by the hash of its token; it goes when it is used, and with the user.
CREATE TABLE invitation (
    company INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    expires INTEGER NOT NULL,
    PRIMARY KEY (company, subscriber),
    FOREIGN KEY (company, subscriber) REFERENCES subscriber (company, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

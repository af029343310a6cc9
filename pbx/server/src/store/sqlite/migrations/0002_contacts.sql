-- People outside the company whom a user has written down (F-181). They are the user's alone and go with the user.
CREATE TABLE contact (
    company INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, subscriber, id),
    FOREIGN KEY (company, subscriber) REFERENCES subscriber (company, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

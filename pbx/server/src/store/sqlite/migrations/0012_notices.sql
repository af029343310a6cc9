-- Mails about calls, one for each call and user; they go with the user.
CREATE TABLE notice (
    company INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    call INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, subscriber, call),
    FOREIGN KEY (company, subscriber) REFERENCES subscriber (company, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

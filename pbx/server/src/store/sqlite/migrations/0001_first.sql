-- The first schema. Identifiers of sites, departments, subscribers, trunks and devices are given
-- out per company (company.next_id) and never used again. Bodies are the exchange's own records as
-- JSON; what is searched, joined or unique has its own column.

CREATE TABLE company (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain TEXT NOT NULL UNIQUE,
    next_id INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE site (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE department (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriber (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'user',
    title TEXT,
    mail TEXT,
    password_hash TEXT,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE trunk (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    kind TEXT NOT NULL,
    auth_name TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    rings INTEGER NOT NULL DEFAULT 1,
    ha1_md5 TEXT NOT NULL,
    ha1_sha256 TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, auth_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    owner_kind TEXT NOT NULL,
    owner INTEGER NOT NULL,
    feature TEXT NOT NULL,
    version INTEGER NOT NULL,
    settings TEXT NOT NULL,
    PRIMARY KEY (company, owner_kind, owner, feature)
) STRICT, WITHOUT ROWID;

CREATE TABLE spare_number (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    PRIMARY KEY (company, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (company, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE platform_account (
    name TEXT PRIMARY KEY NOT NULL,
    password_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY NOT NULL,
    platform TEXT,
    company INTEGER,
    subscriber INTEGER,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memory (
    company INTEGER NOT NULL REFERENCES company (id) ON DELETE CASCADE,
    subscriber INTEGER NOT NULL,
    remembered TEXT NOT NULL,
    PRIMARY KEY (company, subscriber)
) STRICT, WITHOUT ROWID;

-- Call records outlive the company they belong to: what was called must be accounted for.
CREATE TABLE call_record (
    company INTEGER NOT NULL,
    call INTEGER NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, call)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_entry (
    company INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    list TEXT NOT NULL,
    call INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company, subscriber, list, call)
) STRICT, WITHOUT ROWID;

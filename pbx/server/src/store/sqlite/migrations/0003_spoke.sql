-- Who spoke with a number: a line of each list of calls, found by the other side's number.
CREATE TABLE spoke (
    company INTEGER NOT NULL,
    number TEXT NOT NULL,
    at INTEGER NOT NULL,
    call INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    talked_s INTEGER NOT NULL,
    PRIMARY KEY (company, number, at, call, subscriber)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO spoke (company, number, at, call, subscriber, talked_s)
SELECT company, json_extract(body, '$.peer.number'), json_extract(body, '$.at'), call, subscriber,
       json_extract(body, '$.talked_s')
FROM log_entry
WHERE json_extract(body, '$.peer.number') IS NOT NULL;

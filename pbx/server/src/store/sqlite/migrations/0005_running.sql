-- Calls that run, each as its record would be if the exchange had stopped when the row was written. The record of a
-- call takes its row away; what is left at a start was cut off.
CREATE TABLE running_call (
    company INTEGER NOT NULL,
    call INTEGER NOT NULL,
    body TEXT NOT NULL,
    log TEXT NOT NULL,
    PRIMARY KEY (company, call)
) STRICT, WITHOUT ROWID;

-- The last moment at which the exchange is known to have run, and how often it was tried whether the disk takes anything:
-- one row.
CREATE TABLE alive (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at INTEGER NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0
) STRICT;

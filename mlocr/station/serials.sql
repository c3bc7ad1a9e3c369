-- Serials of the Intelligent Mail barcode, reserved in blocks before any of them is used.
-- `day` is the proleptic day number of the last date on which the block's numbers were given out.
CREATE TABLE IF NOT EXISTS block (
    mailer_id TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (mailer_id, first)
) WITHOUT ROWID;

-- Where the next block of a range is looked for: behind the one reserved last.
CREATE TABLE IF NOT EXISTS cursor (
    mailer_id TEXT NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (mailer_id, low, high)
) WITHOUT ROWID;

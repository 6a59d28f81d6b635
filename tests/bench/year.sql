-- SPDX-License-Identifier: Apache-2.0
-- Fills an empty ledger up to yesterday, in Asia/Shanghai, days from midnight: the totals of ten years, the hourly
-- tallies of the last 366 days, and what people did meanwhile. A meter makes the same amount in each hour of a day.
-- Rows come in the order of their keys, by the order of the loops. Nothing is hashed: `verify` is not for this ledger.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -200000;
PRAGMA temp_store = MEMORY;
BEGIN EXCLUSIVE;
CREATE TEMP TABLE span AS SELECT (unixepoch() + 8 * 3600) / 86400 AS today, (unixepoch() + 8 * 3600) / 86400 - 3652 AS first;
CREATE TEMP TABLE days(day INTEGER PRIMARY KEY, month INTEGER, at_ms INTEGER);
INSERT INTO days
    WITH RECURSIVE all_days(day) AS (SELECT first FROM span UNION ALL SELECT day + 1 FROM all_days, span WHERE day + 1 < today)
    SELECT day, CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12 + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1,
           (day * 24 - 8) * 3600000 FROM all_days;
CREATE TEMP TABLE months(month INTEGER PRIMARY KEY, first, last);
INSERT INTO months SELECT month, min(day), max(day) + 1 FROM days GROUP BY month;
-- Of run-of-mine coal 0.95 is reported, before the last year 0.94: the amounts are whole tonnes.
CREATE TEMP TABLE rates(meter INTEGER PRIMARY KEY, mine, rom);
INSERT INTO rates SELECT id, mine, quantity = 'rom_coal' FROM meter;
-- hourly(day, meter): 1000 * (50 + (meter * 7 + day * 13) % 40)
INSERT INTO shift_total(meter, day, shift, metered, good_ms, reported)
    SELECT meter, day, shift.value, 8000 * (50 + (meter * 7 + day * 13) % 40), 28800000,
           8 * (50 + (meter * 7 + day * 13) % 40) * CASE WHEN rom THEN CASE WHEN day >= today - 366 THEN 950 ELSE 940 END ELSE 1000 END
    FROM span CROSS JOIN days CROSS JOIN generate_series(0, 2) AS shift CROSS JOIN rates;
INSERT INTO day_total(meter, day, metered, good_ms, reported)
    SELECT meter, day, 24000 * (50 + (meter * 7 + day * 13) % 40), 86400000,
           24 * (50 + (meter * 7 + day * 13) % 40) * CASE WHEN rom THEN CASE WHEN day >= today - 366 THEN 950 ELSE 940 END ELSE 1000 END
    FROM span CROSS JOIN days CROSS JOIN rates;
INSERT INTO month_total(meter, month, metered, good_ms, reported)
    SELECT meter, days.month, sum(metered), sum(good_ms), sum(reported)
    FROM day_total JOIN days USING (day) GROUP BY days.month, meter ORDER BY days.month, meter;
CREATE TEMP TABLE before(meter, day, total, PRIMARY KEY(day, meter)) WITHOUT ROWID;
INSERT INTO before SELECT meter, day, sum(metered) OVER (PARTITION BY meter ORDER BY day) - metered
    FROM day_total, span WHERE day >= today - 366;
INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, first_raw, first_at_ms, last_raw, last_at_ms,
                  segment, high, wraps, rev)
    SELECT meter, at_ms, at_ms + 3600000, amount, 3600000, total, total - amount, at_ms, total, at_ms + 3599000, 1, total, 0, 0
    FROM (SELECT meter, at_ms + hour.value * 3600000 AS at_ms, 1000 * (50 + (meter * 7 + day * 13) % 40) AS amount,
                 total + 1000 * (50 + (meter * 7 + day * 13) % 40) * (hour.value + 1) AS total
          FROM span CROSS JOIN days ON day >= today - 366 CROSS JOIN generate_series(0, 23) AS hour CROSS JOIN before USING (day));
INSERT OR IGNORE INTO definition(id, hash, text, rev) VALUES(1, 'bench', 'made up for the bench', 0);
INSERT INTO segment(meter, segment, definition, modulus, times, over, opened_ms, closed_ms, first, high, wraps, base, counted, rev)
    SELECT meter, 1, 1, 4294967296, 1, 1, (SELECT min(at_ms) FROM days), NULL, 0, sum(metered), 0, 0, sum(metered), 0
    FROM month_total GROUP BY meter;
-- A gap of ten minutes of each meter once in about 50 days.
INSERT INTO gap(meter, from_ms, to_ms, amount, rev)
    SELECT meter, at_ms + 36000000 + meter * 1000, at_ms + 36600000 + meter * 1000, 10000, 0
    FROM days CROSS JOIN rates WHERE (day + meter * 3) % 50 = 0 ORDER BY day, meter;
-- Those of a meter of each mine lasted two hours and a half.
UPDATE gap SET to_ms = from_ms + 9000000, amount = 150000 WHERE meter % 20 = 1;
-- What went wrong in the last year: of each meter some breaks and readings that were not taken, and open work, of
-- which a person has decided half.
CREATE TEMP TABLE wrong(n INTEGER PRIMARY KEY, kind, open, bounded);
INSERT INTO wrong VALUES(0, 'glitch', 0, 0), (1, 'excluded', 0, 1), (2, 'reset', 0, 0), (3, 'creep', 0, 1), (4, 'jump', 1, 1);
INSERT INTO journal(at_ms, kind, level, mine, meter, subject, bucket_ms, count, from_ms, to_ms, before, after, amount, bounded, low, high,
                    open, text, hash, rev)
    SELECT at_ms + 40000000, kind, 1, rates.mine, meter, meter.name, at_ms, 1, at_ms + 40000000, at_ms + 40060000, 0, 0, 5000, bounded, 0, 8000,
           open, kind || ' made up for the bench', 'bench', 0
    FROM days JOIN span ON day >= today - 366 CROSS JOIN rates JOIN meter ON meter.id = rates.meter
    JOIN wrong ON n = (day + meter.id) % 5 WHERE (day + meter.id * 7) % 30 = 0 ORDER BY day, meter.id;
-- What people did: one act a month and mine of adjusting, one of all else.
INSERT INTO act(id, uid, verb, arguments, actor, os_user, at_ms, applied_ms, outcome, answer, journal, rev)
    VALUES(1, 'bench', 'enter', '{}', 'bench', 'bench', 0, 0, 1, '', 1, 0);
INSERT INTO act(id, uid, verb, arguments, actor, os_user, at_ms, applied_ms, outcome, answer, journal, rev)
    SELECT 1 + row_number() OVER (ORDER BY month, mine.id), 'bench-' || month || '-' || mine.id, 'adjust', '{}', 'bench', 'bench',
           0, 0, 1, '', 10000000 + row_number() OVER (ORDER BY month, mine.id), 0 FROM months CROSS JOIN mine;
INSERT INTO resolution(journal, act, counted, amount, rev)
    SELECT id, 1, id % 4 = 0, CASE id % 4 WHEN 0 THEN 5000 ELSE 0 END, 0 FROM journal WHERE open = 1 AND id % 2 = 0;
INSERT INTO adjustment(act, mine, quantity, kind, from_day, to_day, amount, reason, rev)
    SELECT 1 + row_number() OVER (ORDER BY month, mine.id), mine.id, 'raw_coal', 4, first, last, 12000, 'stock-take', 0
    FROM months CROSS JOIN mine;
INSERT INTO coefficient(meter, from_day, digits, places, act, rev)
    SELECT meter, from_day, digits, 3, 1, 0 FROM rates,
           (SELECT first AS from_day, 940 AS digits FROM span UNION ALL SELECT today - 366, 950 FROM span) WHERE rom;
INSERT INTO entry(mine, item, subject, kind, from_day, to_day, version, value, unit, source, act, rev)
    SELECT mine.id, item, '', 2, day, day + 1, 1, value, unit, 'dispatch report', 1, 0
    FROM days JOIN span ON day >= today - 366 CROSS JOIN mine CROSS JOIN
         (SELECT 'heading_advance' AS item, 12000 AS value, 'm' AS unit UNION ALL SELECT 'heading_coal', 300000, 't'
          UNION ALL SELECT 'shipped', 9000000, 't' UNION ALL SELECT 'loss', 5000, 't' UNION ALL SELECT 'stock', 50000000, 't')
    ORDER BY day, mine.id, item;
INSERT INTO entry(mine, item, subject, kind, from_day, to_day, version, value, unit, source, act, rev)
    SELECT mine.id, 'plan', 'raw_coal', 4, first, last, 1, 400000000, 't', 'plan', 1, 0 FROM months CROSS JOIN mine;
-- All periods of the last year are closed, by the clock.
CREATE TEMP TABLE closed AS
    SELECT mine.id AS mine, of.quantity, day, at_ms, shift.value AS shift
    FROM days JOIN span ON day >= today - 366 CROSS JOIN mine
    CROSS JOIN (SELECT 'raw_coal' AS quantity UNION ALL SELECT 'gas_drained' UNION ALL SELECT 'energy') AS of
    CROSS JOIN generate_series(-1, 2) AS shift;
INSERT INTO version(mine, quantity, kind, from_day, to_day, shift, version, at_ms, metered, reported, adjusted, unknown, prepared_by,
                    checked_by, despite, cause, hash, chain, rev)
    SELECT mine, quantity, CASE shift WHEN -1 THEN 'day' ELSE 'shift' END, day, day + 1, shift, 1, at_ms + 93600000, 0, 0, 0, 0, 'coaltallyd', '', '', '',
           'bench', 'bench', 0 FROM closed;
INSERT INTO journal(at_ms, kind, level, mine, subject, bucket_ms, count, from_ms, to_ms, before, after, amount, bounded, low, high,
                    open, text, hash, rev)
    SELECT at_ms + 93600000, 'closed', 0, mine, quantity, 0, 1, at_ms + CASE shift WHEN -1 THEN 0 ELSE shift * 28800000 END,
           at_ms + CASE shift WHEN -1 THEN 86400000 ELSE (shift + 1) * 28800000 END, 0, 0, 0, 0, 0, 0, 0,
           'made up for the bench: day or shift v1, by the clock', 'bench', 0 FROM closed;
COMMIT;
PRAGMA locking_mode = NORMAL;
PRAGMA journal_mode = WAL;

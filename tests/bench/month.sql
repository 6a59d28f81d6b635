-- SPDX-License-Identifier: Apache-2.0
-- Fills a mine's empty ledger with the month up to yesterday, in Asia/Shanghai, days from midnight: hourly tallies and
-- their totals, gaps, what went wrong, entries by hand, and closed periods. Each row has a rev of its own, as all that
-- travel do. Nothing is hashed: `verify` is not for this ledger.
PRAGMA synchronous = OFF;
BEGIN EXCLUSIVE;
CREATE TEMP TABLE days(day INTEGER PRIMARY KEY, at_ms INTEGER);
INSERT INTO days SELECT today - value, ((today - value) * 24 - 8) * 3600000
    FROM generate_series(1, 31), (SELECT (unixepoch() + 8 * 3600) / 86400 AS today) ORDER BY value DESC;
CREATE TEMP TABLE hours AS SELECT day, value AS hour, at_ms + value * 3600000 AS at_ms, 1000 * (50 + day * 13 % 40) AS amount
    FROM days CROSS JOIN generate_series(0, 23) ORDER BY day, hour;
INSERT OR IGNORE INTO definition(id, hash, text, rev) SELECT 1, 'bench', 'made up for the bench', rev + 1 FROM revision;
UPDATE revision SET rev = rev + 1;
INSERT INTO segment(meter, segment, definition, modulus, times, over, opened_ms, first, high, wraps, base, counted, rev)
    SELECT meter.id, 1, 1, 4294967296, 1, 1, (SELECT min(at_ms) FROM hours), 0, (SELECT sum(amount) FROM hours), 0, 0,
           (SELECT sum(amount) FROM hours), revision.rev + row_number() OVER () FROM revision, meter;
UPDATE revision SET rev = rev + changes();
INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, first_raw, first_at_ms, last_raw, last_at_ms,
                  segment, high, wraps, rev)
    SELECT meter.id, at_ms, at_ms + 3600000, amount, 3600000, total, total - amount, at_ms, total, at_ms + 3599000, 1, total, 0,
           revision.rev + row_number() OVER (ORDER BY at_ms, meter.id)
    FROM revision, (SELECT at_ms, amount, sum(amount) OVER (ORDER BY at_ms) AS total FROM hours) CROSS JOIN meter
    ORDER BY at_ms, meter.id;
UPDATE revision SET rev = rev + changes();
INSERT INTO shift_total(meter, day, shift, metered, good_ms, reported)
    SELECT meter.id, day, hour / 8, sum(amount), 28800000, 1000 * sum(amount) FROM hours CROSS JOIN meter GROUP BY meter.id, day, hour / 8;
INSERT INTO day_total(meter, day, metered, good_ms, reported)
    SELECT meter, day, sum(metered), sum(good_ms), sum(reported) FROM shift_total GROUP BY meter, day;
INSERT INTO month_total(meter, month, metered, good_ms, reported)
    SELECT meter, CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12 + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1,
           sum(metered), sum(good_ms), sum(reported) FROM day_total GROUP BY 1, 2;
INSERT INTO gap(meter, from_ms, to_ms, amount, rev)
    SELECT meter.id, at_ms + 36000000, at_ms + 36600000, 10000, revision.rev + row_number() OVER ()
    FROM revision, days CROSS JOIN meter WHERE (day + meter.id) % 5 = 0;
UPDATE revision SET rev = rev + changes();
-- Of each meter a glitch a day; each day's shifts and the day itself closed by the clock.
CREATE TEMP TABLE closed AS
    SELECT mine.id AS mine, of.quantity, day, at_ms, value AS shift FROM days CROSS JOIN mine
    CROSS JOIN (SELECT 'raw_coal' AS quantity UNION ALL SELECT 'gas_drained' UNION ALL SELECT 'energy') AS of
    CROSS JOIN generate_series(-1, 2);
CREATE TEMP TABLE told AS
    SELECT 'glitch' AS kind, mine, id AS meter, name AS subject, at_ms, at_ms + 40000000 AS from_ms, at_ms + 40060000 AS to_ms
    FROM days CROSS JOIN meter
    UNION ALL SELECT 'closed', mine, NULL, quantity, at_ms, at_ms + iif(shift < 0, 0, shift * 28800000),
           at_ms + iif(shift < 0, 86400000, shift * 28800000 + 28800000) FROM closed;
INSERT INTO journal(id, at_ms, kind, level, mine, meter, subject, bucket_ms, count, from_ms, to_ms, before, after, amount,
                    bounded, low, high, open, text, hash, rev)
    SELECT (SELECT ifnull(max(id), 0) FROM journal) + n, to_ms, kind, 0, mine, meter, subject, 0, 1, from_ms, to_ms, 0, 0, 0,
           0, 0, 0, 0, kind || ', made up for the bench', printf('%064x', n), revision.rev + n
    FROM revision, (SELECT *, row_number() OVER (ORDER BY at_ms, kind) AS n FROM told) ORDER BY n;
UPDATE revision SET rev = rev + changes();
INSERT INTO version(mine, quantity, kind, from_day, to_day, shift, version, at_ms, metered, reported, adjusted, unknown,
                    prepared_by, checked_by, despite, cause, hash, chain, rev)
    SELECT mine, quantity, iif(shift < 0, 2, 1), day, day + 1, shift, 1, at_ms + 93600000, 0, 0, 0, 0, 'coaltallyd',
           '', '', '', 'bench', 'bench', revision.rev + row_number() OVER () FROM revision, closed;
UPDATE revision SET rev = rev + changes();
INSERT INTO act(id, uid, verb, arguments, actor, os_user, at_ms, applied_ms, outcome, answer, journal, rev)
    SELECT 1, lower(hex(randomblob(16))), 'enter', '{}', 'bench', 'bench', 0, 0, 1, '', 1, rev + 1 FROM revision;
UPDATE revision SET rev = rev + 1;
INSERT INTO entry(mine, item, subject, kind, from_day, to_day, version, value, unit, source, act, rev)
    SELECT mine.id, item, '', 2, day, day + 1, 1, 300000, unit, 'dispatch report', 1, revision.rev + row_number() OVER ()
    FROM revision, days CROSS JOIN mine CROSS JOIN
         (SELECT 'heading_coal' AS item, 't' AS unit UNION ALL SELECT 'shipped', 't' UNION ALL SELECT 'loss', 't'
          UNION ALL SELECT 'stock', 't' UNION ALL SELECT 'heading_advance', 'm');
UPDATE revision SET rev = rev + changes();
COMMIT;

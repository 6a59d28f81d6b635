# SPDX-License-Identifier: Apache-2.0
"""What the programs' pages show, beside what the model has."""
import datetime
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from belt import HOUR
from book import DAY, Period, day_of, dekad_of, month_of, own_month, shift_of, year_of
from programs import Site
from reports import Reports

LONGER = 'month', 'own_month', 'year', 'so_far'


class Pages(Reports, Site):
    def differ(self, what, found, expected):
        self.differences.append(f'{what}: the programs have {found}, the model {expected}')

    def same(self, what, row, **expected):
        for column, amount in expected.items():
            by_meters = row['quantity'] == 'rom_coal' or self.book.main(row['mine'], row['quantity'])
            text = row[column] or ('nan' if by_meters and column not in LONGER else '0')
            if Decimal(text) * 1000 != amount:
                self.differ(f'{what} {column}', text, Decimal(amount) / 1000)

    def parts(self, figure):
        return {name: getattr(figure, name) for name in ('metered', 'by_meters', 'by_hand', 'adjusted', 'reported')}

    def check_row(self, row, period, column, **more):
        """A row of any page: of what is reported, or of run-of-mine coal as it is metered."""
        mine, quantity = row['mine'], row['quantity']
        what = f'{mine} {quantity} {period.text or (period.first, period.last)}'
        self.compared += 1
        if quantity == 'rom_coal':
            amount = self.rom(mine, period)
            self.same(what, row, metered=amount, **{column: amount})
            return
        figure = self.book.figure(mine, quantity, period)
        self.same(what, row, **{column: figure.reported}, **self.parts(figure))
        for name, of in more.items():
            self.same(f'{what} {name}', row, **{name: self.book.figure(mine, quantity, of).reported})

    def rom(self, mine, period):
        return sum(self.book.meter(meter, period)[0] for meter in self.book.main(mine, 'raw_coal')
                   if meter.quantity == 'rom_coal')

    def check_days(self, days, pages):
        for day, rows in zip(days, pages):
            for row in rows:
                year, month = Period(self.date(1, 1), day), Period(day.replace(day=1), day)
                shifts = len(self.book.plans[row['mine']].starts(day))
                self.check_row(row, day_of(day), 'day', month=month, year=year,
                               **{f'shift_{i + 1}': shift_of(day, i) for i in range(shifts)})

    def check_shifts(self, days, pages):
        for day, rows in zip(days, pages):
            for row in rows:
                self.check_row(row, shift_of(day, int(row['shift']) - 1), 'amount')

    def check_hours(self, days, pages):
        """Hours, and parts of them where a shift begins within."""
        for day, rows in zip(days, pages):
            for row in rows:
                span = [self.instant(datetime.datetime.fromisoformat(row[end])) for end in ('from', 'to')]
                parts = [(meter, self.book.part(meter, day, span))
                         for meter in self.book.meters.values() if meter.mine == row['mine'] and meter.main]
                metered = sum(part[0] for meter, part in parts if row['quantity'] in (meter.quantity, meter.reports()))
                reported = sum(part[1] for meter, part in parts if row['quantity'] == meter.reports())
                rom = row['quantity'] == 'rom_coal'
                self.compared += 1
                self.same(f'{row["mine"]} {row["quantity"]} {row["from"]}', row, metered=metered,
                          amount=metered if rom else reported)

    def check_comparisons(self, months, ask):
        pages = ask(lambda month: self.table('month', '--month', month.text, '--compare', 'previous'), months[1:])
        for before, rows in zip(months, pages):
            for row in rows:
                if row['before']:  # none: not recorded in all of that time
                    self.compared += 1
                    self.same(f'before {row["date"]} {row["mine"]}', row,
                              before=self.book.figure(row['mine'], row['quantity'], before).reported)

    def check_meters(self):
        """Every shift of every meter, checks too, as SQL shows it."""
        ledger = sqlite3.connect(f'file:{self.folder}/ledger.db?mode=ro', uri=True)
        found = {(name, datetime.date(1970, 1, 1) + day * DAY, shift): (metered, reported)
                 for name, day, shift, metered, reported in
                 ledger.execute('SELECT name, day, shift, shift_total.metered, shift_total.reported FROM shift_total'
                                ' JOIN meter ON meter.id = meter')}
        for meter in self.book.meters.values():
            day = self.date(1, 1)
            while day.year == self.year:
                for shift in range(len(self.book.plans[meter.mine].starts(day))):
                    expected, is_there = self.book.shift(meter, day, shift), found.get((meter.name, day, shift), (0, 0))
                    self.compared += 1
                    if expected != is_there:
                        self.differ(f'{meter.name} {day} shift {shift + 1}', is_there, expected)
                day += DAY

    def check_pages(self, ask):
        days = [self.date(1, 1) + i * DAY for i in range((self.date(12, 31) - self.date(1, 1)).days + 1)]
        some = sorted(self.random.sample(days, 24))
        everything = '--quantity', 'all'
        self.check_days(days, ask(lambda day: self.table('day', '--date', f'{day}', *everything), days))
        self.check_shifts(some, ask(lambda day: self.table('shift', '--date', f'{day}', *everything), some))
        some = [day for day in some if self.noon(day + DAY) - self.noon(day - DAY) == 48 * HOUR][:8]
        self.check_hours(some, ask(lambda day: self.table('hours', '--date', f'{day}', *everything), some))
        months = [month_of(self.year, month) for month in range(1, 13)]
        for month, rows in zip(months, ask(lambda p: self.table('month', '--month', p.text, *everything), months)):
            for row in rows:
                own = self.book.cutoffs[row['mine']]
                more = {'own_month': own_month(self.year, month.first.month, own)} if own else {}
                self.check_row(row, month, 'month', year=Period(self.date(1, 1), month.last), **more)
        self.check_comparisons(months, ask)
        dekads = [dekad_of(self.year, month, part) for month in range(1, 13) for part in (1, 2, 3)]
        for dekad, rows in zip(dekads, ask(lambda p: self.table('dekad', '--dekad', p.text, *everything), dekads)):
            for row in rows:
                self.check_row(row, dekad, 'dekad', year=Period(self.date(1, 1), dekad.last),
                               month=Period(dekad.first.replace(day=1), dekad.last))
        for row in self.table('year', '--year', f'{self.year}', *everything):
            self.check_row(row, year_of(self.year), 'year')
        for _ in range(12):
            first, last = sorted(self.random.sample(days, 2))
            for row in self.table('day', '--from', f'{first}', '--to', f'{last}', *everything):
                self.check_row(row, Period(first, last), 'amount')

    def check_closed(self, ask):
        """Each closed period's versions, but those that changed no figure."""
        keys = list(self.book.closed)
        pages = ask(lambda key: self.table('close', '--list', '--mine', key[0], '--quantity', key[1], '--period',
                                           key[2].text), keys)
        for key, rows in zip(keys, pages):
            versions = [tuple(round(Decimal(row[name]) * 1000) for name in ('metered', 'adjusted', 'reported'))
                        for row in rows]
            versions = [v for i, v in enumerate(versions) if i == 0 or v != versions[i - 1]]
            expected = [(f.metered, f.adjusted, f.reported) for f in self.book.closed[key]]
            expected = [v for i, v in enumerate(expected) if i == 0 or v != expected[i - 1]]
            self.compared += 1
            if versions != expected:
                self.differ(f'closed {key[0]} {key[1]} {key[2].text}', versions, expected)

    def check_breaks(self):
        """The year had all that it is about."""
        ledger = sqlite3.connect(f'file:{self.folder}/ledger.db?mode=ro', uri=True)
        kinds = {kind for kind, in ledger.execute('SELECT DISTINCT kind FROM journal')}
        wanted = {'gap', 'wrap', 'wraps-unknown', 'reset', 'jump', 'backward', 'excluded', 'calendar', 'closed', 'act'}
        if not wanted <= kinds:
            self.differ('breaks', wanted & kinds, wanted)

    def compare(self):
        self.check_breaks()
        self.run('verify')
        with ThreadPoolExecutor(2) as pool:
            self.check_pages(pool.map)
            self.check_closed(pool.map)
            self.check_reports(pool.map)
        self.check_meters()

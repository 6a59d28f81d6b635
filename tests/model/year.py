#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A year of three mines, made up from a seed, told to the programs and to book.py; both must hold the same.

usage: year.py SEED FOLDER COALTALLY LIBFAKETIME"""
import datetime
import sys

from belt import MINUTE
from book import DAY, day_of, dekad_of, month_of, shift_of, year_of
from pages import Pages

REPORTED = ('east', 'raw_coal'), ('west', 'raw_coal'), ('west', 'gas_drained'), ('west', 'waste')

PLANS = [[0, 480, 960], [-240, 120, 480, 840], [-120, 360, 840], [360, 840, 1320]]
PLANS_WITHIN_HOURS = [[30, 390, 910], [-80, 400, 880], [-40, 320, 880, 1040]]  # none begins from 7 to 14


class Year(Pages):
    """What happens, in its order."""

    def build(self):
        r = self.random
        self.mine('east', r.choice([20, 25, 28, 30]), r.choice(PLANS))
        self.mine('west', 0, r.choice(PLANS))
        self.mine('hand', 0, r.choice(PLANS))
        self.meter('lift', 'east', 'rom_coal', 'plain', 2**32, 1, 2**32 - r.randrange(10**8, 10**9))
        self.meter('slope-check', 'east', 'rom_coal', 'plain', 2**32, 1, r.randrange(10**9), main=False)
        self.meter('slope', 'east', 'rom_coal', 'decades', 10**7, 10, r.randrange(10**7))
        self.meter('main', 'west', 'raw_coal', 'zeroed', 2**32, 1, r.randrange(10**8, 10**9))
        self.meter('skip', 'west', 'rom_coal', 'plain', 2**32, 1, r.randrange(10**8, 5 * 10**8))
        self.meter('cage', 'west', 'rom_coal', 'plain', 2**32, 1, r.randrange(10**8, 5 * 10**8))
        self.meter('gas', 'west', 'gas_drained', 'gas', 2**32, 100, r.randrange(10**8))
        self.meter('waste', 'west', 'waste', 'daily', 2**32, 1, 0)

    def mornings(self, belt, count):
        """Days for breaks, 8 apart, none near the ends of the files that are imported; the belt runs up to each.
        What a break is made of is read within hours in which no shift begins."""
        free = [self.date(1, 6) + 8 * i * DAY for i in range(44)]
        free = [day for day in free if abs((day - self.date(8, 22)).days) > 12]
        for i, day in enumerate(sorted(self.random.sample(free, count))):
            belt.on_to(self.noon(day, 7) + self.random.randrange(600, 3600) * 1000)
            belt.on(self.noon(day, 8) + self.random.randrange(600) * 1000)
            yield i

    def run_belts(self):
        """The year's readings; what is to be said about them later."""
        r = self.random
        belts = {belt.meter.name: belt for belt in self.belts}
        for i in self.mornings(belts['main'], 6):
            if i % 2:
                self.later.append((self.replace, 'main', belts['main'].swap_as_reset()))
            else:
                belts['main'].reset()
        for i in self.mornings(belts['skip'], 6):
            if i % 2:
                self.later.append((self.replace, 'skip', belts['skip'].swap(r.randrange(10**6))))
            else:
                before = belts['skip'].value
                since, until, before, first = belts['skip'].leap(before + r.randrange(10**8, 2 * 10**8))
                true = r.choice([None, r.randrange(600_000), first - before])
                self.later.append((self.resolve, 'skip', (since, until), 0, first - before, true))
        for i in self.mornings(belts['slope'], 4):
            since, until, least, true = belts['slope'].lose_count()
            self.later.append((self.resolve, 'slope', (since, until), least, least,
                               r.choice([None, least, true])))
        for _ in self.mornings(belts['lift'], 2):
            self.later.append((self.replace, 'lift', belts['lift'].swap_unseen()))
        belts['cage'].on_to(self.noon(self.date(8, 25), 11) - 10 * MINUTE)
        self.announced = belts['cage'].swap(r.randrange(10**6))
        for name in 'gas', 'slope-check':
            for _ in self.mornings(belts[name], 5):
                belts[name].run_back()
        for belt in self.belts:
            belt.on_to(self.noon(datetime.date(self.year + 1, 1, 12)))

    def decide(self):
        """A part of what is to be said about readings that are in the ledger by now."""
        r = self.random
        for word in list(self.later):
            since = word[2][0]
            if since < self.imported and r.random() < 0.6 or self.now_is_late:
                self.later.remove(word)
                word[0](*word[1:])

    def some_period(self, until):
        """Of any kind, over by then."""
        r = self.random
        day = self.date(1, 1) + r.randrange((until - self.date(1, 1)).days - 1) * DAY
        kinds = [shift_of(day, r.randrange(3)), day_of(day)]
        if (day + 40 * DAY) < until:
            kinds += [dekad_of(day.year, day.month, r.choice([1, 2, 3])), month_of(day.year, day.month)]
        return r.choice(kinds)

    def some_adjustments(self, until, count):
        for _ in range(count):
            mine, quantity = self.random.choice(REPORTED)
            self.adjust(mine, quantity, self.some_period(until))

    def some_closings(self, until, count):
        for _ in range(count):
            mine, quantity = self.random.choice(REPORTED)
            period = self.some_period(until)
            if (mine, quantity, period) not in self.book.closed:
                self.close(mine, quantity, period)

    def write_by_hand(self):
        r = self.random
        for day in r.sample(range(1, 29), 6):
            self.enter('hand', 'raw_coal', day_of(self.date(r.choice([1, 2, 3]), day)))
        for day in r.sample(range(1, 29), 3):
            for shift in r.sample(range(3), 2):
                self.enter('hand', 'raw_coal', shift_of(self.date(2, day), shift))
        self.enter('hand', 'raw_coal', month_of(self.year, 3))
        self.enter('hand', 'raw_coal', dekad_of(self.year, 4, r.choice([1, 2, 3])))
        self.close('hand', 'raw_coal', month_of(self.year, 2))
        self.adjust('hand', 'raw_coal', month_of(self.year, 4))
        again = r.choice([period for _, item, period in self.book.entries if item == 'raw_coal'])
        self.enter('hand', 'raw_coal', again)

    def take_stock(self, mine, opened, period):
        for item in ('shipped', 'own_use', 'loss'):
            self.enter(mine, item, period)
        self.stocktake(mine, opened, period.last)

    def spring(self):
        """Until August, with the year's first calendar."""
        r, today = self.random, self.date(8, 20)
        self.now = f'{today} 12:00:00'
        self.by_import(self.noon(today, 11))
        self.coefficient('lift', r.randrange(850, 1000), self.date(1, 1))
        self.coefficient('slope', r.randrange(850, 1000), self.date(1, 1))
        self.coefficient('slope', r.randrange(850, 1000), self.date(1, 1)) # the newest word holds
        self.coefficient('lift', r.randrange(850, 1000), self.date(5, r.randrange(1, 29)))
        self.write_by_hand()
        self.some_closings(today, 4)
        self.some_adjustments(today, 5)
        self.decide()
        self.enter('west', 'stock', day_of(self.date(3, 31)))
        self.take_stock('west', self.date(3, 31), month_of(self.year, 4))
        self.close('west', 'raw_coal', month_of(self.year, 4))
        self.close('east', 'raw_coal', day_of(today - DAY)) # readings of its evening come later
        self.some_closings(today, 6)

    def august(self):
        """A line of the calendar that is dated ahead takes effect by itself."""
        self.now = f'{self.date(8, 25)} 12:00:00'
        begins = self.date(9, self.random.randrange(1, 20))
        self.lines['east'].append((begins, self.random.choice(PLANS + PLANS_WITHIN_HOURS)))
        self.replan('east')
        self.configure()
        self.by_import(self.noon(self.date(8, 25), 11))
        self.hold('main', 180)
        self.hold('slope', 40)
        self.hold('gas', 240, 90)
        self.replace('cage', self.announced, announced=True)

    def winter(self):
        """All the rest, and late words on what is closed."""
        r, today = self.random, datetime.date(self.year + 1, 1, 20)
        self.now = f'{today} 12:00:00'
        self.by_import(self.noon(today))
        since, until, _, _, _, lacking = self.announced
        self.book.post('cage', since, until, lacking)  # now that the new instrument was read
        self.take_stock('west', self.date(4, 30), month_of(self.year, 5))
        self.enter('east', 'stock', day_of(self.date(5, 31)))
        self.take_stock('east', self.date(5, 31), dekad_of(self.year, 6, 1))
        self.take_stock('east', self.date(6, 10), dekad_of(self.year, 6, 2))
        self.some_closings(self.date(12, 31), 8)
        self.close('east', 'raw_coal', year_of(self.year))
        self.close('west', 'raw_coal', year_of(self.year))
        self.some_adjustments(self.date(12, 31), 6)
        self.decide()
        line = (self.date(r.randrange(5, 12), r.randrange(1, 29)), r.choice(PLANS_WITHIN_HOURS))
        self.lines['west'].append(line)
        self.configure()
        self.correct('west', line)
        self.now_is_late = True
        self.decide()
        self.coefficient('skip', r.randrange(850, 1000), self.date(2, r.randrange(1, 29)))
        self.coefficient('lift', r.randrange(850, 1000), self.date(10, r.randrange(1, 29)))

    def happen(self):
        self.build()
        self.run_belts()
        self.configure()
        self.spring()
        self.august()
        self.winter()


def main():
    seed, folder, program, faketime = sys.argv[1:]
    year = Year(int(seed), folder, program, faketime)
    year.happen()
    year.compare()
    print(f'# seed {seed}: {year.year}, {year.zone_name}, {sum(len(b.readings) for b in year.belts)} readings, '
          f'{year.acts} acts, {year.compared} figures')
    for difference in year.differences[:40]:
        print(f'# {difference}')
    if year.differences:
        raise SystemExit(f'# seed {seed}: {len(year.differences)} figures differ')


if __name__ == '__main__':
    main()

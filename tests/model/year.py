#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A year of three mines, made up from a seed, told to the programs and to book.py; both must hold the same.

usage: year.py SEED FOLDER COALTALLY LIBFAKETIME"""
import csv
import datetime
import io
import os
import random
import sqlite3
import subprocess
import sys
import zoneinfo
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import book
from book import DAY, Period, day_of, dekad_of, month_of, own_month, shift_of, year_of

MINUTE, HOUR = 60_000, 3_600_000
REFRESH = 10_000  # the longest time between two updates of a total, unless stated

REPORTED = ('east', 'raw_coal'), ('west', 'raw_coal'), ('west', 'gas_drained'), ('west', 'waste')

LONGER = 'month', 'own_month', 'year', 'so_far'

PROFILE = '''profile: year
title: Counters of every kind
source: this test
address_base: 0
defaults: {kind: counter, table: holding, type: uint32, order: ABCD, scale: 0.001, unit: t}
points:
  - {name: plain, address: 0}
  - {name: decades, address: 2, scale: 0.01, modulus: 10000000}
  - {name: zeroed, address: 4, resettable: true}
  - {name: gas, address: 6, scale: 0.1, unit: m3}
  - {name: daily, address: 8, resets_at: ["00:00"]}
'''


# --- plans of days and shifts ---

PLANS = [[0, 480, 960], [-240, 120, 480, 840], [-120, 360, 840], [360, 840, 1320]]
PLANS_WITHIN_HOURS = [[30, 390, 910], [-80, 400, 880], [-40, 320, 880, 1040]]  # none begins from 7 to 14


def plan_yaml(since, starts):
    def clock(minutes):
        return f'{"-1 " if minutes < 0 else ""}{minutes % 1440 // 60:02}:{minutes % 60:02}'
    shifts = ', '.join(f's{i}: "{clock(start)[-5:]}"' for i, start in enumerate(starts))
    return f'      - {{from: {since}, day: "{clock(starts[0])}", shifts: {{{shifts}}}}}\n'


# --- what belts do, and what is read of them ---

class Belt:
    """A register, its readings, and what they mean by the tally's rules: so much, from one reading to another."""

    def __init__(self, year, meter, point, modulus, kg, rate, value):
        self.year, self.random, self.meter, self.point = year, year.random, meter, point
        self.modulus, self.kg, self.rate, self.value = modulus, kg, rate, value
        self.high = value  # what was counted up to; the belt may have run back since
        self.at = year.begin
        self.readings = [(self.at, value)]
        self.stretches = []  # that the book does not know of yet
        self.dense = 0

    def flow(self, duration):
        """Counts: at most nine tenths of the greatest rate, at times nothing."""
        if self.random.random() < 0.08:
            return 0
        return int(self.rate * 1000 // self.kg * duration * self.random.uniform(0.1, 0.9) / HOUR)

    def count(self, since, until, counts):
        self.stretches.append((since, until, counts * self.kg))

    def tell(self, until):
        while self.stretches and self.stretches[0][1] < until:
            self.meter.count(*self.stretches.pop(0))

    def read(self, at, value):
        self.at, self.value, self.high = at, value, value
        self.readings.append((at, value))

    def on(self, at):
        """The common case; past the modulus it begins again from 0."""
        if self.point == 'daily' and self.year.midnight(at) > self.at:
            return self.on_from_zero(at)
        value = self.value + self.flow(at - self.at)
        high = max(value, self.high)
        self.count(self.at, at, high - self.high)
        self.read(at, value % self.modulus)
        self.high = high % self.modulus

    def on_from_zero(self, at):
        """It zeroes itself at midnight; what had come since the reading before that is not known."""
        counts = self.flow(at - self.year.midnight(at))
        self.count(self.at, at, counts)
        self.read(at, counts)

    def on_to(self, at):
        """Readings three times a day, at times not for two days, at times every few minutes."""
        while at - self.at > 10 * HOUR:
            pause = self.random.choice([HOUR * 8, self.random.randrange(6 * HOUR, 9 * HOUR, 1000)])
            if self.at < self.dense or self.year.is_hold_near(self.at):
                pause = self.random.randrange(5 * MINUTE, 45 * MINUTE, 1000)
            elif self.random.random() < 0.05:
                pause = self.random.randrange(20 * HOUR, 52 * HOUR, 1000)
            elif self.random.random() < 0.03 and self.point != 'daily':
                self.dense = self.at + 12 * HOUR
            after = min(self.at + pause, at - HOUR)
            if self.point == 'daily' and self.year.midnight(after + 15 * MINUTE) > after - 15 * MINUTE:
                after += 30 * MINUTE  # its clock may be some minutes off
            self.on(after)
        self.on(at)

    def exclude(self, since, until):
        """What ran while a person held it: from the last reading before to the first one that is fresh again."""
        begun = max(at for at, _ in self.readings if at < since)
        ended = min(at for at, _ in self.readings if at >= until + REFRESH)
        before = [stretch for stretch in self.stretches if stretch[1] <= begun]
        after = [stretch for stretch in self.stretches if stretch[0] >= ended]
        self.stretches = before + [(begun, ended, 0)] + after

    # Breaks: all within three hours from a reading that the caller has made.

    def reset(self):
        """Zeroed; what is read then is counted, and what had come before is not."""
        at = self.at + self.random.randrange(10 * MINUTE, 40 * MINUTE, 1000)
        counts = self.flow(at - self.at) // 2
        self.count(self.at, at, counts)
        self.read(at, counts)

    def run_back(self):
        """Counted again is only what is more than there was before."""
        fallen = self.random.randrange(1, 12_000 // self.kg)
        for counts in -fallen, self.random.randrange(1, fallen + 1):
            at = self.at + self.random.randrange(10 * MINUTE, 40 * MINUTE, 1000)
            high = self.high
            self.count(self.at, at, 0)
            self.read(at, self.value + counts)
            self.high = high

    def leap(self, first):
        """Reads `first`, which cannot be; the next reading that fits to it is where it goes on, and only what
        came between these two is counted. Returns what the leap is called by, and both sides of it."""
        since, before = self.at, self.value
        at = since + self.random.randrange(10 * MINUTE, 80 * MINUTE, 1000)
        self.readings.append((at, first))
        until = at + self.random.randrange(10 * MINUTE, 80 * MINUTE, 1000)
        counts = self.flow(until - at)
        self.count(since, until, counts)
        self.read(until, first + counts)
        return since, until, before, first

    def swap(self, new_first):
        """Another instrument, that begins with new_first. Returns the stretch, when, and the totals on both sides."""
        changed = self.at + self.random.randrange(1 * MINUTE, 10 * MINUTE, 1000)
        old_last = self.value + self.flow(changed - self.at)
        first = new_first + self.flow(10 * MINUTE) // 2
        since, until, before, first = self.leap(first)
        return since, until, changed, old_last, new_first, (old_last - before + first - new_first) * self.kg

    def swap_as_reset(self):
        """A new instrument that begins with 0 looks like the old one zeroed."""
        since, before = self.at, self.value
        changed = since + self.random.randrange(1 * MINUTE, 10 * MINUTE, 1000)
        old_last = before + self.flow(changed - since)
        self.reset()
        return since, self.at, changed, old_last, 0, (old_last - before) * self.kg

    def swap_unseen(self):
        """A new instrument that was set a little beyond the old one's last total: nobody can see that."""
        since, before = self.at, self.value
        at = since + self.random.randrange(30 * MINUTE, 60 * MINUTE, 1000)
        changed = since + self.random.randrange(1 * MINUTE, 10 * MINUTE, 1000)
        old_last = before + self.flow(changed - since)
        new_first = old_last + self.random.randrange(1, 50_000)
        value = new_first + self.flow(at - changed)
        self.count(since, at, value - before)
        self.read(at, value)
        return since, at, changed, old_last, new_first, (old_last - new_first) * self.kg

    def lose_count(self):
        """Not read for so long that it may have gone round more than once: the least of it is counted."""
        since = self.at
        until = since + self.random.randrange(165 * HOUR, 175 * HOUR, 1000)
        turns = self.random.randrange(2)
        least = self.random.randrange(self.modulus // 10)
        self.count(since, until, least)
        self.read(until, (self.value + least) % self.modulus)
        return since, until, least * self.kg, (least + turns * self.modulus) * self.kg


class Year:
    """Everything that happens, and the two books that it is told to."""

    imported, now_is_late, compared = 0, False, 0

    def __init__(self, seed, folder, program, faketime):
        self.random = random.Random(seed)
        self.folder, self.program, self.faketime = folder, program, faketime
        self.year = [2026, 2028][seed % 2]
        self.zone_name = self.random.choice(['Asia/Shanghai', 'Asia/Shanghai', 'Europe/Warsaw'])
        self.zone = zoneinfo.ZoneInfo(self.zone_name)
        self.book = book.Book()
        self.now = None
        self.begin = self.instant(datetime.datetime(self.year - 1, 12, 30, self.random.randrange(24)))
        self.lines = {}
        self.belts = []
        self.later = []  # words about breaks that nobody has said yet
        self.differences = []
        self.acts = 0

    # --- time ---

    def instant(self, wall):
        return round(wall.replace(tzinfo=self.zone).timestamp() * 1000)

    def wall(self, at, form='%Y-%m-%d %H:%M:%S'):
        return datetime.datetime.fromtimestamp(at / 1000, self.zone).strftime(form)

    def midnight(self, at):
        day = datetime.datetime.fromtimestamp(at / 1000, self.zone).date()
        return self.noon(day, 0)

    def is_hold_near(self, at):
        return abs(at - self.noon(self.date(8, 25), 14)) < 5 * HOUR

    def date(self, month, day):
        return datetime.date(self.year, month, day)

    def noon(self, date, hour=12):
        return self.instant(datetime.datetime.combine(date, datetime.time(hour)))

    # --- the programs ---

    def run(self, *words, good=(0,)):
        env = dict(os.environ, TZ=self.zone_name, FAKETIME='@' + self.now, LD_PRELOAD=self.faketime,
                   COALTALLY_PROFILES=self.folder, COALTALLY_CONFIG=f'{self.folder}/coaltally.yaml')
        done = subprocess.run([self.program, *words], env=env, capture_output=True, text=True)
        if done.returncode not in good:
            raise SystemExit(f'at {self.now}: coaltally {" ".join(words)}: {done.returncode}\n'
                             f'{done.stdout}{done.stderr}')
        return done.stdout

    def act(self, *words):
        self.acts += 1
        return self.run(*words, '--by', 'Li Wei')

    def table(self, *words):
        return list(csv.DictReader(io.StringIO(self.run(*words, '--format', 'csv'))))

    # --- the site ---

    def configure(self):
        mines = ''.join(f'  - name: {mine}\n' + (f'    month_cutoff: {self.book.cutoffs[mine]}\n'
                                                 if self.book.cutoffs[mine] else '') + '    calendar:\n' +
                        ''.join(plan_yaml(*line) for line in lines) for mine, lines in self.lines.items())
        devices = ''.join(f'  - {{name: d-{b.meter.name}, bus: bus, unit: {i}, mine: {b.meter.mine}, profile: year}}\n'
                          for i, b in enumerate(self.belts, 1))
        meters = ''.join(f'  - {{name: {b.meter.name}, mine: {b.meter.mine}, quantity: {b.meter.quantity}, '
                         f'point: d-{b.meter.name}.{b.point}, role: {"main" if b.meter.main else "check"}, '
                         f'path: {b.meter.name.split("-")[0]}, max_rate: {b.rate} {"m3" if b.point == "gas" else "t"}/h}}\n'
                         for b in self.belts)
        with open(f'{self.folder}/coaltally.yaml', 'w') as file:
            file.write(f'site: {{name: year, timezone: {self.zone_name}}}\ndatabase: "{self.folder}/ledger.db"\n'
                       f'runtime: "{self.folder}"\nmines:\n{mines}buses:\n  - {{name: bus, tcp: "127.0.0.1:1"}}\n'
                       f'devices:\n{devices}meters:\n{meters}')
        with open(f'{self.folder}/year.yaml', 'w') as file:
            file.write(PROFILE)

    def mine(self, name, cutoff):
        self.lines[name] = [(datetime.date(self.year - 1, 1, 1), self.random.choice(PLANS))]
        self.book.cutoffs[name] = cutoff
        self.replan(name)

    def replan(self, mine):
        self.book.plans[mine] = book.Plan(self.zone, self.lines[mine])

    def meter(self, name, mine, quantity, point, modulus, kg, value, main=True):
        meter = self.book.meters[name] = book.Meter(name, mine, quantity, main)
        belt = Belt(self, meter, point, modulus, kg, 600, value)
        self.belts.append(belt)
        return belt

    # --- acts: each told to both books ---

    def by_import(self, until):
        """Readings up to an instant, out of one file."""
        rows = sorted((at, belt.meter.name, value * belt.kg) for belt in self.belts
                      for at, value in belt.readings if self.imported <= at < until)
        with open(f'{self.folder}/readings.csv', 'w') as file:
            file.write('time,meter,reading\n')
            for at, name, kg in rows:
                utc = datetime.datetime.fromtimestamp(at // 1000, datetime.timezone.utc)
                file.write(f'{utc:%Y-%m-%dT%H:%M:%SZ},{name},{kg // 1000}.{kg % 1000:03}\n')
        self.act('import', f'{self.folder}/readings.csv')
        self.imported = until
        for belt in self.belts:
            belt.tell(until)
        for mine in self.lines:
            self.book.changed(mine)

    def coefficient(self, meter, digits, day):
        self.act('coefficient', meter, str(Decimal(digits) / 1000), '--from', f'{day}')
        self.book.meters[meter].coefficients[day] = Fraction(digits, 1000)
        self.book.changed(self.book.meters[meter].mine)

    def adjust(self, mine, quantity, period):
        amount = self.random.choice([-1, 1]) * self.random.randrange(1, 500_000)
        self.act('adjust', '--mine', mine, '--quantity', quantity, '--period', period.text, '--amount',
                 f'{Decimal(amount) / 1000:+}', '--reason', 'by the dispatch log')
        self.book.adjustments.append((mine, quantity, period, amount))
        self.book.changed(mine, counted=False)

    def enter(self, mine, item, period, amount=None):
        amount = self.random.randrange(10_000_000) if amount is None else amount
        self.act('enter', '--mine', mine, '--item', item, '--period', period.text, '--value',
                 f'{Decimal(amount) / 1000}', '--source', 'report')
        self.book.entries[mine, item, period] = amount
        self.book.changed(mine, counted=False)

    def stocktake(self, mine, opened, at):
        closing = self.random.randrange(100_000_000)
        said = self.act('stocktake', '--mine', mine, '--at', f'{at}', '--closing', f'{Decimal(closing) / 1000}t',
                        '--book', '--lang', 'en')
        gain = self.book.stocktake(mine, opened, at, closing)
        if f'{"LOSS" if gain < 0 else "GAIN"} {Decimal(gain) / 1000:,.3f} t' not in said:
            self.differ(f'stock-take of {mine} at {at}', said, gain)

    def close(self, mine, quantity, period):
        self.act('close', '--mine', mine, '--quantity', quantity, '--period', period.text, '--prepared-by', 'Li Wei',
                 '--checked-by', 'Wang Fang', '--despite', '--reason', 'known')
        self.book.close(mine, quantity, period)

    def resolve(self, meter, since, counted, shown, true):
        """counted: what the row's stretch holds of it now; shown: what the row shows; true: what is said to have
        passed, None: nothing."""
        row = [row['id'] for row in self.table('journal', '--open', '--meter', meter, '--latest', '500')
               if row['from'] == self.wall(since[0])]
        amount = ['--amount', f'{Decimal(true or 0) / 1000}'] if true != shown else []
        word = ['--discard'] if true is None else ['--count', *amount]
        self.act('resolve', *row, *word, '--reason', 'seen')
        self.book.post(meter, *since, (true or 0) - counted)

    def replace(self, meter, swap, announced=False):
        since, until, at, old_last, new_first, lacking = swap
        kg = Decimal(next(b.kg for b in self.belts if b.meter.name == meter)) / 1000
        self.act('replace', meter, '--at', self.wall(at), '--old-last', f'{old_last * kg}', '--new-first',
                 f'{new_first * kg}', '--serial', 'S-2')
        if not announced:
            self.book.post(meter, since, until, lacking)

    def hold(self, meter, minutes, released=None):
        """From now on, for so long; or until somebody says otherwise."""
        began = self.now
        since = self.instant(datetime.datetime.fromisoformat(began))
        self.act('hold', meter, '--for', f'{minutes}m', '--reason', 'test weights')
        if released:
            self.now = self.wall(since + released * MINUTE)
            self.act('release', meter)
            self.now = began
        for belt in self.belts:
            if belt.meter.name == meter:
                belt.exclude(since, since + (released or minutes) * MINUTE)

    def correct(self, mine, line):
        """A line of the calendar whose date is past."""
        self.act('calendar', '--mine', mine, '--from', f'{line[0]}')
        self.replan(mine)
        for belt in self.belts:
            if belt.meter.mine == mine:
                self.forget(belt, line[0])
        self.book.changed(mine)

    def forget(self, belt, since):
        """The ledger keeps the first and the last reading of an hour: where a new shift begins within
        it, what came between these two is divided by time."""
        plan = self.book.plans[belt.meter.mine]
        days = (datetime.date(self.year + 1, 1, 20) - since).days
        for edge in (start for i in range(days) for start, _ in plan.shifts(since + i * DAY)):
            hour = edge // HOUR * HOUR
            inside = [at for _, _, at in belt.meter.stretches if hour <= at < hour + HOUR]
            if edge != hour and len(inside) > 2:
                belt.meter.merge(inside[0], inside[-1])

    # --- the year ---

    def build(self):
        r = self.random
        self.mine('east', r.choice([20, 25, 28, 30]))
        self.mine('west', 0)
        self.mine('hand', 0)
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

    # --- the comparison ---

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
        self.check_meters()


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

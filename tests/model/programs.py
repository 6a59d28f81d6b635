# SPDX-License-Identifier: Apache-2.0
"""A site made up from a seed: what people say of it is told to the programs and to book.py."""
import csv
import datetime
import io
import os
import random
import subprocess
import zoneinfo
from decimal import Decimal
from fractions import Fraction

import book
from belt import HOUR, MINUTE, Belt
from book import DAY

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


def plan_yaml(since, starts):
    def clock(minutes):
        return f'{"-1 " if minutes < 0 else ""}{minutes % 1440 // 60:02}:{minutes % 60:02}'
    shifts = ', '.join(f's{i}: "{clock(start)[-5:]}"' for i, start in enumerate(starts))
    return f'      - {{from: {since}, day: "{clock(starts[0])}", shifts: {{{shifts}}}}}\n'


class Site:
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

    def mine(self, name, cutoff, plan):
        self.lines[name] = [(datetime.date(self.year - 1, 1, 1), plan)]
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

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A county made up from a seed: mines with facts that change, and what they report by hand. The board, the ranking
and the watch over capacity of the programs are held against what is reckoned here from the definitions, exactly.

usage: county.py SEED FOLDER COALTALLY LIBFAKETIME"""
import calendar
import csv
import datetime
import json
import os
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

DAY = datetime.timedelta(1)
YEAR = 2026
TODAY = datetime.date(YEAR, 11, 20)
STATES = ['producing', 'building', 'planned', 'stopped', 'closed']
SAFETY, EFFICIENCY = ['third', 'second', 'first'], ['none', 'third', 'second', 'first', 'special']
SMART = ['none', 'primary', 'intermediate', 'advanced']

# What each mine may report, and the indicators that are sums of it: id, quantities, units in one of it.
SUMS = [('raw-coal', ['raw_coal'], 10**4), ('gas', ['gas_surface', 'gas_tight'], 10**6),
        ('gas-surface', ['gas_surface'], 10**6), ('gas-tight', ['gas_tight'], 10**6),
        ('gas-drained', ['gas_drained'], 10**6), ('ore-processed', ['ore'], 10**4), ('waste-placed', ['waste'], 10**4),
        ('backfill', ['backfill'], 10**4), ('energy-solar', ['energy_solar'], 10**4),
        ('energy-wind', ['energy_wind'], 10**4),
        ('green-energy', ['energy_solar', 'energy_wind', 'energy_hydro', 'energy_biomass'], 10**4),
        ('storage', ['energy_discharged'], 10**4), ('storage-charged', ['energy_charged'], 10**4),
        ('shipped-rail', ['shipped_rail'], 10**4), ('shipped-road', ['shipped_road'], 10**4),
        ('heat', ['heat'], 10**4), ('groundwater', ['water_used'], 10**4)]
RATIOS = [('rail-share', ['shipped_rail'], ['shipped_rail', 'shipped_road']),
          ('water-reuse', ['water_reused'], ['water_treated']),
          ('green-supply', ['energy_solar', 'energy_wind', 'energy_hydro', 'energy_biomass'], ['energy'])]
QUANTITIES = sorted({q for _, of, _ in SUMS for q in of} | {q for _, of, over in RATIOS for q in of + over})


class Mine:
    """Facts as lists of (from, to, value); entries by quantity and period (first day, last day), in thousandths."""

    def __init__(self, name):
        self.name, self.facts, self.faces, self.projects, self.entries, self.plans = name, {}, [], [], {}, {}

    def fact(self, kind, day):
        return next((value for since, to, value in self.facts.get(kind, []) if since <= day < to), None)

    def level(self, kind, levels, day):
        value = self.fact(kind, day)
        return -1 if value is None else levels.index(value)

    def producing(self, day):
        return self.fact('state', day) == 'producing'

    def capacity(self, day):
        """kg a year; None: not known."""
        value = self.fact('approved_capacity', day)
        value = self.fact('designed_capacity', day) if value is None else value
        return None if value is None else int(value * 10**7)

    def advanced(self, day):
        return (self.level('safety_grade', SAFETY, day) == 2 or self.level('efficiency_grade', EFFICIENCY, day) == 4 or
                self.level('smart', SMART, day) >= 1)

    def ever(self, day, kind, holds):
        return any(since <= day and holds(value) for since, _, value in self.facts.get(kind, []))

    def reported(self, quantity, first, last):
        """Entries that lie within; they never overlap here."""
        return sum(v for (q, a, b), v in self.entries.items() if q == quantity and first <= a and b <= last)

    def covered(self, quantity):
        """The first day that no entry holds, or None when there is none at all."""
        ends = [b for (q, _, b) in self.entries if q == quantity]
        return max(ends) + DAY if ends else None


def month_end(year, month):
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


class County:
    def __init__(self, seed, folder, program, faketime):
        self.random, self.folder, self.program, self.faketime = random.Random(seed), folder, program, faketime
        self.mines, self.compared, self.differences, self.judged = [], 0, [], 0

    # --- made up ---

    def changing(self, choose, since, changes):
        """What holds one after another, the last for ever."""
        days = sorted({since} | {datetime.date(YEAR, 1, 1) + self.random.randrange(320) * DAY for _ in range(changes)})
        ends = days[1:] + [datetime.date.max]
        return [(a, b, choose()) for a, b in zip(days, ends)]

    def make_mine(self, name):
        r, mine, old = self.random, Mine(name), datetime.date(2020, 1, 1)
        mine.facts['state'] = self.changing(lambda: r.choice(STATES[:1] * 6 + STATES), old, r.choice([0, 0, 1, 2]))
        mine.facts['approved_capacity'] = self.changing(lambda: Decimal(r.randrange(300, 5000)) / 10, old,
                                                        r.choice([0, 0, 1]))
        if r.random() < 0.15:  # only the designed one is known
            mine.facts['designed_capacity'] = mine.facts.pop('approved_capacity')
        for kind, levels in (('safety_grade', SAFETY), ('efficiency_grade', EFFICIENCY), ('smart', SMART)):
            if r.random() < 0.8:
                mine.facts[kind] = self.changing(lambda: r.choice(levels), old, r.choice([0, 1]))
        for kind in ('method_110', 'backfill'):
            if r.random() < 0.6:
                mine.facts[kind] = self.changing(lambda: r.choice([True, False]), old, r.choice([0, 1]))
        for i in range(r.randrange(4)):
            mine.faces.append(self.make_face(f'{3100 + i}'))
        for _ in range(r.randrange(3)):
            mine.projects.append((r.choice(['seam-adding', 'lower-seams']), self.some_day(), r.random() < 0.5))
        return mine

    def some_day(self):
        return datetime.date(YEAR, 1, 1) + self.random.randrange(365) * DAY

    def make_face(self, name):
        r = self.random
        face = {'name': name, 'kind': r.choice(['mining', 'heading']), 'smart_from': r.choice([None, self.some_day()])}
        if r.random() < 0.6:
            face['closed'] = self.some_day()
            if face['smart_from'] and face['closed'] < face['smart_from']:
                face['closed'] = None
        return face

    def report(self, mine):
        """Months of last year and this one; of coal dekads and days of the running month, up to some day."""
        r = self.random
        for quantity in QUANTITIES:
            if quantity != 'raw_coal' and r.random() < 0.5:
                continue
            scale = 10**8 if quantity == 'raw_coal' else 10**r.randrange(6, 10)
            for year in (YEAR - 1, YEAR):
                for month in range(1, 13 if year < YEAR else TODAY.month):
                    mine.entries[quantity, datetime.date(year, month, 1), month_end(year, month)] = r.randrange(scale, 4 * scale)
            if quantity == 'raw_coal':
                self.report_days(mine, scale)
        for month in range(1, 13):
            if r.random() < 0.8:
                limit = min(c for c in map(mine.capacity, (datetime.date(YEAR, month, 1), month_end(YEAR, month))) if c)
                mine.plans[month] = r.randrange(limit // 30, limit // 13)

    def report_days(self, mine, scale):
        r, first = self.random, TODAY.replace(day=1)
        ends = first + 9 * DAY
        mine.entries['raw_coal', first, ends] = r.randrange(scale // 3, scale)
        for i in range(r.choice([5, 8, 9, 9, 9])):
            mine.entries['raw_coal', ends + (i + 1) * DAY, ends + (i + 1) * DAY] = r.randrange(scale // 40, scale // 8)

    # --- told to the programs ---

    def roster_yaml(self):
        def fact(kind, since, to, value):
            until = '' if to == datetime.date.max else f', to: {to}'
            shown = str(value).lower() if isinstance(value, bool) else value
            return f'      - {{fact: {kind}, value: {shown}, from: {since}{until}, source: made up}}\n'

        def face(f):
            dates = ''.join(f', {k}: {f[k]}' for k in ('smart_from', 'closed') if f.get(k))
            return f'      - {{name: "{f["name"]}", kind: {f["kind"]}{dates}, source: made up}}\n'

        text = 'mines:\n'
        for mine in self.mines:
            text += f'  - name: {mine.name}\n    title: {{en: {mine.name}, zh: {mine.name}}}\n    facts:\n'
            text += ''.join(fact(kind, *one) for kind, many in mine.facts.items() for one in many)
            if mine.faces:
                text += '    faces:\n' + ''.join(map(face, mine.faces))
            if mine.projects:
                text += '    projects:\n' + ''.join(
                    f'      - {{indicator: {of}, step: begins, on: {on}, reached: {str(done).lower()}, source: made up}}\n'
                    for of, on, done in mine.projects)
        return text

    def environment(self):
        return dict(os.environ, TZ='Asia/Shanghai', FAKETIME=f'@{TODAY} 12:00:00', LD_PRELOAD=self.faketime,
                    COALTALLY_CONFIG=f'{self.folder}/coaltally.yaml', COALTALLY_SEEDS=f'{self.folder}/seeds')

    def begin_ledger(self):
        """Its first start makes it."""
        daemon = subprocess.Popen([f'{self.program}d'], env=self.environment(), stderr=subprocess.PIPE, text=True)
        for line in daemon.stderr:
            if 'devices' in line:
                break
        daemon.terminate()
        daemon.communicate()
        if daemon.returncode != 0:
            raise SystemExit(f'coaltallyd: {daemon.returncode}')

    def run(self, *words):
        done = subprocess.run([self.program, *words], env=self.environment(), capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f'coaltally {" ".join(words)}: {done.returncode}\n{done.stdout}{done.stderr}')
        return done.stdout

    def page(self, *words):
        return json.loads(self.run(*words, '--format', 'json'), parse_float=Decimal)

    def tell(self):
        mines = ''.join(f'  - {{name: {mine.name}, calendar: [{{from: 2020-01-01, day: "00:00", shifts: {{a: "00:00", b: "12:00"}}}}]}}\n'
                        for mine in self.mines)
        with open(f'{self.folder}/coaltally.yaml', 'w') as file:
            file.write(f'site: {{name: office}}\ncounty: {{name: made-up, roster: roster.yaml}}\n'
                       f'database: "{self.folder}/ledger.db"\nruntime: "{self.folder}"\nmines:\n{mines}')
        with open(f'{self.folder}/roster.yaml', 'w') as file:
            file.write(self.roster_yaml())
        with open(f'{self.folder}/entries.csv', 'w') as file:
            rows = csv.writer(file)
            rows.writerow(['mine', 'item', 'period', 'value'])
            for mine in self.mines:
                for month, amount in mine.plans.items():
                    rows.writerow([mine.name, 'plan', f'{YEAR}-{month:02}', f'{Decimal(amount) / 1000}'])
                for (quantity, a, b), amount in mine.entries.items():
                    text = f'{a}' if a == b else f'{a:%Y-%m}/1' if b.day == 10 else f'{a:%Y-%m}'
                    rows.writerow([mine.name, quantity, text, f'{Decimal(amount) / 1000}'])
        self.begin_ledger()
        self.run('enter', f'{self.folder}/entries.csv', '--source', 'made up', '--by', 'Li Wei')

    # --- the board ---

    def total(self, quantities, first, last, mines=None):
        return sum(m.reported(q, first, last) for m in (self.mines if mines is None else mines) for q in quantities)

    def told(self, quantities, first, last):
        """Some mine has entered one of them, if only 0: else there is no figure."""
        return any(q in quantities and first <= a and b <= last for m in self.mines for q, a, b in m.entries)

    def differ(self, what, found, expected):
        self.differences.append(f'{what}: the programs have {found}, the model {expected}')

    def value(self, rows, what, expected, times=1):
        """expected: a fraction; None: no data. The exact parts agree, and what is shown is no more than they say."""
        row, found = rows.get(what), None
        self.compared += 1
        if row is None:
            return self.differ(what, 'no row', expected)
        if row['numerator'] is not None and row['source'] not in ('stated', 'no data'):
            found = times * Fraction(row['numerator']) / Fraction(row['denominator'] or 1)
        if found != expected:
            return self.differ(what, found, expected)
        if found is not None and not 0 <= abs(found) - abs(Fraction(row['done'])) < Fraction(1, 10):
            self.differ(f'{what} shown', row['done'], found)
        return None

    def expect_sums(self, rows, day):
        first = datetime.date(YEAR, 1, 1)
        for name, quantities, size in SUMS:
            total = Fraction(self.total(quantities, first, day), 1000 * size)
            self.value(rows, name, total if self.told(quantities, first, day) else None)
        for name, of, over in RATIOS:
            whole = self.total(over, first, day)
            told = whole and self.told(of, first, day)
            self.value(rows, name, Fraction(100 * self.total(of, first, day), whole) if told else None, 100)

    def expect_roster(self, rows, day):
        producing = [m for m in self.mines if m.producing(day)]
        whole = sum(m.capacity(day) for m in producing)
        if whole:
            advanced = sum(m.capacity(day) for m in producing if m.advanced(day))
            self.value(rows, 'advanced-capacity', Fraction(100 * advanced, whole), 100)
            self.value(rows, 'capacity', Fraction(whole, 10**7))
            done = self.total(['raw_coal'], datetime.date(YEAR, 1, 1), day, producing)
            self.value(rows, 'room', Fraction(whole - done, 10**7))
        self.value(rows, 'smart-mines', sum(m.ever(day, 'smart', lambda v: v != 'none') for m in self.mines))
        self.value(rows, 'method-110-mines', sum(m.ever(day, 'method_110', bool) for m in self.mines))
        self.value(rows, 'backfill-mines', sum(m.fact('backfill', day) is True for m in self.mines))
        smart = [f for m in self.mines for f in m.faces if f['smart_from'] and f['smart_from'] <= day]
        self.value(rows, 'smart-faces', len(smart))
        for kind in ('mining', 'heading'):
            self.value(rows, f'smart-faces-{kind}', sum(f['kind'] == kind for f in smart))

    def check_board(self, day):
        rows = {row['id']: row for row in self.page('board', '--all', '--date', f'{day}')['rows']}
        self.expect_sums(rows, day)
        self.expect_roster(rows, day)

    def check_supposed(self):
        """What would be, had a mine another grade."""
        day, mine = TODAY, self.random.choice(self.mines)
        kept = dict(mine.facts)
        mine.facts['smart'] = [f for f in mine.facts.get('smart', []) if f[0] < day] + [(day, datetime.date.max, 'advanced')]
        mine.facts['smart'] = [(a, min(b, day), v) if v is not mine.facts['smart'][-1][2] or a < day else (a, b, v)
                               for a, b, v in mine.facts['smart']]
        producing = [m for m in self.mines if m.producing(day)]
        whole = sum(m.capacity(day) for m in producing)
        expected = Fraction(100 * sum(m.capacity(day) for m in producing if m.advanced(day)), whole) if whole else None
        row = self.page('board', '--only', 'advanced-capacity', '--date', f'{day}', '--if',
                        f'{mine.name}.smart=advanced@{day}')['rows'][0]
        mine.facts = kept
        self.compared += 1
        if expected is not None and not 0 <= expected - Fraction(row['supposed']) < Fraction(1, 10):
            self.differ(f'supposed of {mine.name}', row['supposed'], float(expected))

    # --- the ranking ---

    def check_ranking(self, day):
        first, rows = datetime.date(YEAR, 1, 1), self.page('board', '--mines', '--date', f'{day}')['rows']
        sums = {m.name: m.reported('raw_coal', first, day) for m in self.mines}
        for row in rows:
            mine = next(m for m in self.mines if m.name == row['mine'])
            expected = {'year': sums[mine.name], 'month': mine.reported('raw_coal', day.replace(day=1), day),
                        'capacity': mine.capacity(day)}
            for column, amount in expected.items():
                self.compared += 1
                if (None if row[column] is None else row[column] * 1000) != amount:
                    self.differ(f'ranking {mine.name} {column}', row[column], amount)
            self.check_plan(mine, row, day)
        order = [row['year'] for row in rows]
        if order != sorted(order, reverse=True) or len(rows) != len(self.mines):
            self.differ('ranking', order, 'all mines, the most first')

    def check_plan(self, mine, row, day):
        plan = mine.plans.get(day.month)
        if (None if row['month_plan'] is None else row['month_plan'] * 1000) != plan:
            self.differ(f'plan of {mine.name}', row['month_plan'], plan)

    # --- capacity ---

    def mean(self, mine, first, last):
        """Sum of the days' capacities, and how many days have one."""
        days = [mine.capacity(first + i * DAY) for i in range((last - first).days + 1)]
        known = [c for c in days if c is not None]
        return sum(known), len(known)

    def judge_month(self, amount, capacity):
        whole, days = capacity
        if not days:
            return None
        share = Fraction(amount * days, whole)
        return 'red' if share > Fraction(1, 10) else 'amber' if share > Fraction(9, 100) else 'within'

    def check_capacity(self):
        for row in self.page('capacity', '--year', f'{YEAR}')['rows']:
            mine = next(m for m in self.mines if m.name == row['mine'])
            parts = [int(part) for part in row['period'].split('-')]
            first = datetime.date(parts[0], *(parts[1:] or [1]), 1) if len(parts) > 1 else datetime.date(YEAR, 1, 1)
            last = month_end(parts[0], parts[1]) if len(parts) > 1 else datetime.date(YEAR, 12, 31)
            amount = mine.reported('raw_coal', first, last)
            self.compared += 1
            if row['reported'] * 1000 != amount:
                self.differ(f'capacity {mine.name} {row["period"]}', row['reported'], amount)
            capacity = self.mean(mine, first, last)
            over = len(parts) > 1 and last < TODAY and self.judge_month(amount, capacity)
            if over:
                self.judged += over != 'within'
                if row['judged'] != over and row['limit'] in (None, 'month'):
                    self.differ(f'judged {mine.name} {row["period"]}', row['judged'], over)

    # --- the whole ---

    def happen(self):
        self.mines = [self.make_mine(f'mine-{i}') for i in range(self.random.randrange(5, 12))]
        for mine in self.mines:
            self.report(mine)
        self.tell()

    def compare(self):
        days = [month_end(YEAR, month) for month in sorted(self.random.sample(range(1, TODAY.month), 4))] + [TODAY]
        for day in days:
            self.check_board(day)
            self.check_ranking(day)
        self.check_supposed()
        self.check_capacity()
        self.run('verify')


def main():
    seed, folder, program, faketime = sys.argv[1:]
    county = County(int(seed), folder, program, faketime)
    county.happen()
    county.compare()
    print(f'# seed {seed}: {len(county.mines)} mines, {county.compared} figures, {county.judged} months over a limit')
    for difference in county.differences[:40]:
        print(f'# {difference}')
    if county.differences:
        raise SystemExit(f'# seed {seed}: {len(county.differences)} figures differ')


if __name__ == '__main__':
    main()

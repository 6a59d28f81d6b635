# SPDX-License-Identifier: Apache-2.0
"""The formal reports, beside what the model has."""
from decimal import ROUND_HALF_UP, Decimal

from book import DAY, Period, day_of, dekad_of, month_of, year_of


class Reports:
    """Part of Pages."""

    def check_report_row(self, row, period, before, more):
        mine, quantity = row['mine'], row['quantity']
        what = f'report {mine} {quantity} {period.text}'
        figure = self.book.figure(mine, quantity, period)
        closed = self.book.closed.get((mine, quantity, period))
        self.compared += 1
        self.same(what, row, now=figure.reported, done=closed[-1].reported if closed else figure.reported)
        if bool(row['closed_version']) != bool(closed):
            self.differ(f'{what} closed', row['closed_version'], closed)
        for name, of in more.items():
            self.same(f'{what} {name}', row, **{name: self.book.figure(mine, quantity, of).reported})
        if row['before']:  # none: not recorded in all of that time
            then = self.book.figure(mine, quantity, before).reported
            self.same(f'{what} before', row, before=then)
            change = Decimal(100 * (figure.reported - then)) / then if then > 0 else None
            tenths = '' if change is None else f'{change.quantize(Decimal("0.1"), ROUND_HALF_UP)}'
            if row['on_before_percent'] != tenths.replace('-0.0', '0.0'):
                self.differ(f'{what} on before', row['on_before_percent'], tenths)

    def check_reports(self, ask):
        first, last = self.date(1, 1), self.date(12, 31)
        days = sorted(self.random.sample(range(1, (last - first).days), 12))
        periods = [('day', '--date', day_of(first + i * DAY), day_of(first + (i - 1) * DAY)) for i in days]
        periods += [('dekad', '--dekad', dekad_of(self.year, month, part), dekad_of(self.year, month, part - 1))
                    for month in (3, 8) for part in (2, 3)]
        periods += [('month', '--month', month_of(self.year, month), month_of(self.year, month - 1)) for month in (2, 5, 12)]
        periods += [('year', '--year', year_of(self.year), None)]
        pages = ask(lambda p: self.table('report', p[0], p[1], p[2].text, '--quantity', 'all'), periods)
        for (kind, _, period, before), rows in zip(periods, pages):
            more = {'month': Period(period.last.replace(day=1), period.last)} if kind in ('day', 'dekad') else {}
            if kind != 'year':
                more['year'] = Period(first, period.last)
            for row in rows:
                self.check_report_row(row, period, before, more)

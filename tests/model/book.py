# SPDX-License-Identifier: Apache-2.0
"""The rules of the book once more, by another road than the programs take.

Nothing here knows of buckets, totals or tables. A meter is a list of stretches between two readings, and
what it counted up to an instant is a function of time; every figure is a difference of two values of that
function, multiplied, rounded and added to by what people said. Amounts are thousandths of a unit, instants
milliseconds since 1970, days datetime.date; a span of days has both its ends."""
import bisect
import calendar
import datetime
from dataclasses import dataclass
from fractions import Fraction

DAY = datetime.timedelta(days=1)


# --- time ---

class Plan:
    """When days and shifts begin: lines (from which day on, minutes after midnight of each shift's start)."""

    def __init__(self, zone, lines):
        self.zone = zone
        self.lines = sorted(lines)
        self.known = {}  # shifts by day

    def instant(self, day, minutes):
        wall = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minutes)
        return round(wall.replace(tzinfo=self.zone).timestamp() * 1000)

    def starts(self, day):
        held = [starts for since, starts in self.lines if since <= day]
        return held[-1] if held else self.lines[0][1]

    def day(self, first, last):
        """From the first one's beginning to the next after the last, whatever line that one has."""
        return self.instant(first, self.starts(first)[0]), self.instant(last + DAY, self.starts(last + DAY)[0])

    def shifts(self, day):
        if day not in self.known:
            end = self.day(day, day)[1]
            edges = [min(self.instant(day, start), end) for start in self.starts(day)] + [end]
            self.known[day] = list(zip(edges, edges[1:]))
        return self.known[day]


@dataclass(frozen=True)
class Period:
    first: datetime.date
    last: datetime.date
    shift: int = -1  # from 0; -1: whole days
    text: str = ''  # as people name it

    def within(self, other):
        whole = other.first <= self.first and self.last <= other.last
        return whole and (other.shift < 0 or other.shift == self.shift)

    def overlaps(self, other):
        days = self.first <= other.last and other.first <= self.last
        return days and (self.shift < 0 or other.shift < 0 or self.shift == other.shift)


def shift_of(day, shift):
    return Period(day, day, shift, f'{day}/{shift + 1}')


def day_of(day):
    return Period(day, day, -1, f'{day}')


def dekad_of(year, month, part):
    last = [10, 20, calendar.monthrange(year, month)[1]][part - 1]
    return Period(datetime.date(year, month, 10 * part - 9), datetime.date(year, month, last), -1,
                  f'{year}-{month:02}/{part}')


def month_of(year, month):
    last = calendar.monthrange(year, month)[1]
    return Period(datetime.date(year, month, 1), datetime.date(year, month, last), -1, f'{year}-{month:02}')


def year_of(year):
    return Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31), -1, f'{year}')


def own_month(year, month, cutoff):
    """The mine's own month that ends in this one."""
    def end(day):
        return day.replace(day=min(cutoff, calendar.monthrange(day.year, day.month)[1]))
    this = datetime.date(year, month, 1)
    return Period(end(this - DAY) + DAY, end(this))


# --- meters ---

def share(amount, since, until, at):
    """What of an amount had come at an instant, were it even in time; always whole, and whole at its end."""
    if at <= since:
        return 0
    if at >= until:
        return amount
    sign = -1 if amount < 0 else 1
    return sign * (sign * amount * (at - since) // (until - since))


class Meter:
    def __init__(self, name, mine, quantity, main=True):
        self.name, self.mine, self.quantity, self.main = name, mine, quantity, main
        self.stretches = []  # amount, since, until: one after another
        self.posted = []  # the same: by people, anywhere
        self.coefficients = {}  # by the day from which it holds
        self.sums = [0]

    def count(self, since, until, amount):
        assert not self.stretches or self.stretches[-1][2] <= since < until
        self.stretches.append((amount, since, until))
        self.sums.append(self.sums[-1] + amount)

    def merge(self, since, until):
        """From now on two readings are known of this stretch: its first and its last."""
        at = [i for i, (_, a, b) in enumerate(self.stretches) if since <= a and b <= until]
        first, last = at[0], at[-1] + 1
        amount = self.sums[last] - self.sums[first]
        self.stretches[first:last] = [(amount, since, until)]
        self.sums[first + 1:last] = []

    def until(self, at):
        """All that it counted up to an instant."""
        i = bisect.bisect_right(self.stretches, at, key=lambda stretch: stretch[1])
        counted = self.sums[i - 1] + share(*self.stretches[i - 1], at) if i else 0
        return counted + sum(share(*posted, at) for posted in self.posted)

    def metered(self, span):
        return self.until(span[1]) - self.until(span[0])

    def reports(self):
        return 'raw_coal' if self.quantity == 'rom_coal' else self.quantity

    def coefficient(self, day):
        held = [since for since in self.coefficients if since <= day]
        return self.coefficients[max(held)] if held else Fraction(1)


# --- the book ---

@dataclass(frozen=True)
class Figure:
    metered: int = 0
    by_meters: int = 0
    by_hand: int = 0
    adjusted: int = 0

    @property
    def reported(self):
        return self.by_meters + self.by_hand + self.adjusted


class Book:
    def __init__(self):
        self.plans = {}  # by mine
        self.cutoffs = {}  # by mine: the last day of its own months, 0: none
        self.meters = {}  # by name
        self.adjustments = []  # mine, quantity, period, amount
        self.entries = {}  # by mine, item, period
        self.closed = {}  # by mine, quantity, period: the figures of its versions
        self.known = {}  # by meter: of its days, as long as nothing changes them

    def changed(self, mine, counted=True):
        """Closed periods keep what was reported; where that is no longer so, there is a new version.
        counted: what the meters report may have changed too."""
        for meter in self.meters.values():
            if meter.mine == mine and counted:
                self.known[meter.name] = {}
        for (of, quantity, period), versions in self.closed.items():
            figure = self.figure(of, quantity, period) if of == mine else versions[-1]
            if versions[-1] != figure:
                versions.append(figure)

    def shift(self, meter, day, shift):
        """Metered and reported: rounded half to even in each shift, and nowhere else."""
        shifts = self.plans[meter.mine].shifts(day)
        metered = meter.metered(shifts[shift]) if shift < len(shifts) else 0
        return metered, round(metered * meter.coefficient(day))

    def part(self, meter, day, span):
        """Of a part of a shift: as much more of what is rounded as runs up in it."""
        begun = max(start for start, _ in self.plans[meter.mine].shifts(day) if start <= span[0])
        before, after = (meter.metered((begun, at)) for at in span)
        factor = meter.coefficient(day)
        return after - before, round(after * factor) - round(before * factor)

    def day(self, meter, day):
        known = self.known.setdefault(meter.name, {})
        if day not in known:
            parts = [self.shift(meter, day, i) for i in range(len(self.plans[meter.mine].starts(day)))]
            known[day] = sum(part[0] for part in parts), sum(part[1] for part in parts)
        return known[day]

    def meter(self, meter, period):
        if period.shift >= 0:
            return self.shift(meter, period.first, period.shift)
        metered = reported = 0
        for i in range((period.last - period.first).days + 1):
            day = self.day(meter, period.first + i * DAY)
            metered, reported = metered + day[0], reported + day[1]
        return metered, reported

    def main(self, mine, quantity):
        return [m for m in self.meters.values() if m.mine == mine and m.main and m.reports() == quantity]

    def by_hand(self, mine, quantity, period):
        """Of entries that lie within each other the longest counts."""
        inside = [(p, value) for (m, item, p), value in self.entries.items()
                  if (m, item) == (mine, quantity) and p.within(period)]
        inside.sort(key=lambda entry: (entry[0].first, -entry[0].last.toordinal(), entry[0].shift))
        counted = []
        for p, value in inside:
            if not counted or not p.overlaps(counted[-1][0]):
                counted.append((p, value))
        return sum(value for _, value in counted)

    def figure(self, mine, quantity, period):
        """What a mine reports of a period: an adjustment belongs to its own, and to each that holds it whole."""
        parts = [self.meter(meter, period) for meter in self.main(mine, quantity)]
        adjusted = sum(amount for m, q, p, amount in self.adjustments
                       if (m, q) == (mine, quantity) and p.within(period))
        return Figure(sum(part[0] for part in parts), sum(part[1] for part in parts),
                      self.by_hand(mine, quantity, period), adjusted)

    # --- acts ---

    def close(self, mine, quantity, period):
        self.closed.setdefault((mine, quantity, period), []).append(self.figure(mine, quantity, period))

    def post(self, meter, since, until, amount):
        """So much more, or less, passed in this stretch than was counted of it."""
        self.meters[meter].posted.append((amount, since, until))
        self.changed(self.meters[meter].mine)

    def stocktake(self, mine, opened, at, closing):
        """The gain or loss at the end of a day, which belongs to the month that holds it."""
        span = Period(opened + DAY, at)
        out = sum(self.by_hand(mine, item, span)
                  for item in ('shipped', 'shipped_rail', 'shipped_road', 'own_use', 'loss'))
        stock = self.entries[mine, 'stock', day_of(opened)]
        booked = self.figure(mine, 'raw_coal', span).reported
        gain = out + closing - stock - booked
        month = month_of(at.year, at.month)
        if self.cutoffs[mine]:
            month = own_month(at.year, at.month, self.cutoffs[mine])
            after = at.replace(day=1) + 31 * DAY
            if at > month.last:
                month = own_month(after.year, after.month, self.cutoffs[mine])
        self.entries[mine, 'stock', day_of(at)] = closing
        if gain:
            self.adjustments.append((mine, 'raw_coal', month, gain))
        self.changed(mine, counted=False)
        return gain

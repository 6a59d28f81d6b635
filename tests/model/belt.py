# SPDX-License-Identifier: Apache-2.0
"""What belts do, and what is read of them."""
MINUTE, HOUR = 60_000, 3_600_000
REFRESH = 10_000  # the longest time between two updates of a total, unless stated


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

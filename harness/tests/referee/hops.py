"""hops.py - one hop, judged again: what stood upstream, what downstream."""
import collections
import itertools

import stamps

WILD = 1 << 34  # so far beyond all others a sequence is not believed
KINDS = ("lost", "unseen", "doubly accounted", "diverged", "duplicate",
         "reordered", "corrupt", "phantom", "misrouted", "foreign")
Sight = collections.namedtuple("Sight", "stream seq partition offset damaged")


def read_record(value, ledger, told):
    """(stream, seq, damaged), "cut" or "foreign": one stamp a record. `told`:
    streams whose payload is known to the reader."""
    data, whole, cut, at = value or b"", [], 0, 0
    while (at := data.find(stamps.MAGIC, at)) >= 0:
        stamp = stamps.read(data, at)
        if stamp is None:
            cut += stamps.cut_is_of(data, at, ledger.run)
            at += 1
            continue
        if stamp[0] == ledger.run:
            whole.append((at, stamp))
        at += stamps.LENGTH
    if not whole:
        return "cut" if cut else "foreign"
    at, stamp = whole[0]
    length = ledger.streams[stamp[1]].payload if stamp[1] in told else 0
    behind = data[at + stamps.LENGTH:at + stamps.LENGTH + length]
    right = behind == stamps.payload(stamp, length)
    return stamp[1], stamp[2], not right or len(whole) + cut > 1


class Station:
    """Records [(partition, offset, value)] as one reader saw them."""

    def __init__(self, records, ledger, told):
        self.cut = self.foreign = 0
        self.sights, self.wild = [], collections.Counter()
        self.of = collections.defaultdict(list)  # (stream, seq): sights
        highest = collections.Counter()
        for partition, offset, value in records:
            found = read_record(value, ledger, told)
            if found in ("cut", "foreign"):
                self.cut += found == "cut"
                self.foreign += found == "foreign"
            elif found[1] >= highest[found[0]] + WILD:
                self.wild[found[0]] += 1
            else:
                highest[found[0]] = max(highest[found[0]], found[1] + 1)
                self.sights.append(Sight(*found[:2], partition, offset,
                                         found[2]))
        self._count()

    def _count(self):
        """Of each identity: further copies, corrupt sights, whether late."""
        self.copies, self.corrupt = collections.Counter(), collections.Counter()
        self.late, top = set(), {}
        for s in self.sights:
            name, lane = (s.stream, s.seq), (s.stream, s.partition)
            if s.damaged:
                self.corrupt[name] += 1
            elif name in self.of:
                self.copies[name] += 1
            elif s.seq < top.get(lane, -1):
                self.late.add(name)
            self.of[name].append(s)
            top[lane] = max(s.seq, top.get(lane, -1))


class Hop:
    """`up` and `dead` may be None."""

    def __init__(self, ledger, streams, up, down, dead, loaded=False,
                 drained=True, raw=False):
        self.ledger, self.streams = ledger, streams
        self.up, self.down, self.dead = up, down, dead
        self.loaded, self.drained, self.raw = loaded, drained, raw
        self.records = collections.Counter({k: 0 for k in KINDS})
        self.named = collections.defaultdict(set)  # kind: (stream, seq)
        self.balances = {s: collections.Counter() for s in streams}
        self.unjudged = self.unordered = 0
        self.standing = {(s.partition, s.offset): (s.stream, s.seq)
                         for s in down.sights}
        for stream in streams:
            self._stream(stream)
        self._strangers()
        self._nameless()

    def _has(self, station, name):
        return station is not None and name in station.of

    def _find(self, kind, name, number=1):
        if number > 0:
            self.records[kind] += number
            self.named[kind].add(name)

    # -- one stream

    def _stream(self, stream):
        s = self.ledger.streams.get(stream)
        fates = s.fates if s else {}
        names = {(stream, seq) for seq in fates}
        for station in (self.up, self.down, self.dead):
            if station:
                names |= {n for n in station.of if n[0] == stream}
        # Later ones count only if upstream can hold them.
        known = max([s.end, s.reserved] if s else [0])
        if self.up:
            known = max([known] + [n[1] + 1 for n in self.up.of
                                   if n[0] == stream])
        arrived = [n[1] for n in names if n[1] < known and
                   (self._has(self.down, n) or self._has(self.dead, n))]
        last = max(arrived, default=-1)
        mixed = self._mixes(stream)
        self.balances[stream]["attempted"] = s.end if s else 0
        for name in sorted(names):
            self._identity(name, fates.get(name[1]), last, mixed)
        wild = (self.down.wild[stream] +
                (self.dead.wild[stream] if self.dead else 0) -
                (self.up.wild[stream] if self.up else 0))
        self.records["phantom"] += max(0, wild)

    def _mixes(self, stream):
        """Does a partition downstream hold what comes from several upstream?
        What upstream has not may have come from any."""
        if not self.up:
            return False
        whence = collections.defaultdict(set)
        for s in self.up.sights:
            if s.stream == stream:
                whence[s.seq].add(s.partition)
        lanes = set().union(*whence.values()) if whence else set()
        if len(lanes) < 2:
            return False
        origins = collections.defaultdict(set)
        for s in self.down.sights:
            if s.stream == stream:
                origins[s.partition] |= whence.get(s.seq, lanes)
        return any(len(o) > 1 for o in origins.values())

    def _identity(self, name, fate, last, mixed):
        b = self.balances[name[0]]
        up, down, dead = (self._has(x, name)
                          for x in (self.up, self.down, self.dead))
        there = down or dead
        possible = fate in ("acknowledged", "indeterminate")
        if self.up:
            expected = up or (there and possible)
        else:
            expected = fate == "acknowledged"
        phantom = there and not expected and not possible and not (
            fate == "aborted" and self.raw)
        diverged = self._diverged(name, fate)
        doubly = down and dead and not (phantom or diverged or
                                        self.down.corrupt[name])
        if fate == "indeterminate":
            b["indeterminate_" + ("appeared" if up or there else "absent")] += 1
        elif fate:
            b[fate] += 1
        for kind, is_so in (("phantom", phantom), ("diverged", diverged),
                            ("doubly accounted", doubly)):
            self._find(kind, name, is_so)
        if expected:
            self._expected(name, down, dead, diverged, last, b)
        self._copies(name, up, b)
        self._corrupt(name, phantom)
        if name in self.down.late and not (self.up and name in self.up.late) \
                and not (phantom or diverged or doubly):
            if self.up and not up:
                self.unjudged += 1
            elif mixed:
                self.unordered += 1
            else:
                self._find("reordered", name)

    def _diverged(self, name, fate):
        if not self.loaded or fate != "acknowledged":
            return False
        place = self.ledger.streams[name[0]].places.get(name[1])
        return self.standing.get(place, name) != name

    def _expected(self, name, down, dead, diverged, last, b):
        b["upstream"] += 1
        if down:
            b["delivered"] += 1
        elif dead:
            b["dead_lettered"] += 1
        elif diverged:
            b["diverged"] += 1
        elif not self.drained:
            b["pending"] += 1
        else:
            kind = "lost" if last > name[1] else "unseen"
            b[kind] += 1
            self._find(kind, name)

    def _copies(self, name, up, b):
        here = self.down.copies[name]
        there = self.up.copies[name] if self.up else 0
        b["downstream_copies"] += here
        b["upstream_copies"] += there
        if self.up and not up:
            self.unjudged += max(0, here - there)
        else:
            self._find("duplicate", name, here - there)

    def _corrupt(self, name, phantom):
        there = self.up.corrupt[name] if self.up else 0
        if phantom:
            there = max(there, 1)  # the phantom itself: one finding
        for station in (self.down, self.dead):
            if station:
                self._find("corrupt", name, station.corrupt[name] - there)

    # -- what is not of these streams

    def _strangers(self):
        for station, other in ((self.down, None), (self.dead, self.down)):
            if not station:
                continue
            kind_of = {s: "misrouted" if s in self.ledger.streams
                       else "phantom" for s in
                       {n[0] for n in station.of} | set(station.wild)}
            for name in station.of:
                if name[0] not in self.streams and not self._has(
                        self.up, name) and not self._has(other, name):
                    self._find(kind_of[name[0]], name)
            for stream, number in station.wild.items():
                known = self.up and (self.up.wild[stream] or any(
                    n[0] == stream for n in self.up.of))
                if stream not in self.streams and not known:
                    self.records[kind_of[stream]] += number

    def _nameless(self):
        up_cut, up_foreign = ((self.up.cut, self.up.foreign) if self.up
                              else (0, 0))
        cut = self.down.cut + (self.dead.cut if self.dead else 0)
        self.records["corrupt"] += max(0, cut - up_cut)
        self.records["foreign"] += max(0, self.down.foreign - up_foreign)


def in_every_order(records):
    """The records, by every order in which partitions may be read, where that
    makes a difference at all."""
    parts = collections.defaultdict(list)
    for r in records:
        parts[r[0]].append(r)
    for order in itertools.permutations(sorted(parts)):
        yield [r for p in order for r in parts[p]]

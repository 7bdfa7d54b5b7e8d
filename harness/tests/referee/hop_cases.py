"""hop_cases.py - one hop out of files or topics with stamped records, damaged
at random, as the oracle sees it (referee_judge.c) and as hops.py does."""
import json
import pathlib
import subprocess

import hops
import ledgers
import referee
import stamps

ORDEAL_MAY_TAKE_S = 25
ELSEWHERE, UNDECLARED = 3, 9  # streams: declared, but not led here; of nobody


def flip(rng, line):
    i = rng.randrange(len(line))
    return line[:i] + bytes([rng.randrange(256)]) + line[i + 1:]


def cut_tail(rng, line):
    return line[:rng.randrange(len(line))]


def cut_head(rng, line):
    return line[rng.randrange(1, len(line)):]


def insert(rng, line):
    i = rng.randrange(len(line) + 1)
    return line[:i] + rng.choice((b"x", b" ", b"iolu", b"\r", b"0")) + line[i:]


MAIMS = (flip, flip, cut_tail, cut_head, insert)


class HopCase:
    def __init__(self, rng, number):
        self.number, self.rng = number, rng
        self.run = rng.randrange(1 << 32)
        self.payload = rng.choice((0, 1, 20, 64, 200))
        self.in_topics = rng.random() < 0.25
        self.clean = rng.random() < 0.1
        self.strays = self.in_topics and rng.random() < 0.3
        self.drained = rng.random() < 0.8
        self.closed = rng.random() < 0.7
        self.raw = rng.random() < 0.2
        self.base = 65536 - 20 if rng.random() < 0.1 else 0
        self.fates, self.sent, self.reserved = {}, {}, {}
        for stream in (1, 2):
            self._make_fates(stream)
        written = self._written()
        self.up = self._damaged(written, 0.3) if rng.random() < 0.5 else None
        self.loaded = self.up is None and self.in_topics and rng.random() < 0.7
        self.down = self._damaged(
            written if self.up is None or rng.random() < 0.2 else self.up, 1)
        self.dead = None
        if not self.clean and rng.random() < 0.4:
            self.dead = self._damaged([r for r in written
                                       if rng.random() < 0.1], 1)

    # -- what was sent

    def _make_fates(self, stream):
        rng, fate, fates = self.rng, 0, []
        for _ in range(rng.choice((3, 30, 80))):
            if rng.random() < 0.15 and not self.clean:
                fate = rng.choice((0, 0, 0, 0, 1, 2, 3, None))
            fates.append(fate)
        self.fates[stream] = fates
        end = self.base + len(fates)
        self.sent[stream] = end + rng.randrange(3) * (not self.clean)
        self.reserved[stream] = self.sent[stream] + rng.randrange(6)

    def line(self, stream, seq, run=None):
        stamp = (self.run if run is None else run, stream, seq)
        return stamps.write(*stamp) + stamps.payload(stamp, self.payload)

    def _written(self):
        """[(partition, bytes)] in the order of the writers."""
        rng, rows, out = self.rng, {}, []
        for stream in (1, 2):
            rows[stream] = []
            for i in range(self.reserved[stream] - self.base):
                fates = self.fates[stream]
                fate = fates[i] if i < len(fates) else None
                odd = fate in (1, 2) or (
                    i >= len(fates) and self.base + i >= self.sent[stream])
                share = {True: 0.1, False: 0.95}[odd] if fate != 3 else 0.5
                if self.clean:
                    share = fate == 0
                if rng.random() < share:
                    rows[stream].append(self.base + i)
        while any(rows.values()):
            stream = rng.choice([s for s, row in rows.items() if row])
            out.append((stream - 1, self.line(stream, rows[stream].pop(0))))
        return out

    # -- what a faulty hand makes of it

    def _stranger(self):
        rng, seq = self.rng, self.base + self.rng.randrange(40)
        return rng.choice((
            lambda: b"", lambda: b"foreign \x00\xff", lambda: b'{"id":7}',
            lambda: self.line(1, seq, run=self.run ^ 1),
            lambda: self.line(1, seq, run=self.run ^ 1)[:20],
            lambda: self.line(1, seq)[:12], lambda: b"iolu",
            lambda: self.line(1, self.reserved[1] + rng.randrange(50)),
            lambda: self.line(2, rng.randrange(1 << 40, 1 << 48)),
            lambda: self.line(ELSEWHERE, seq),
            lambda: self.line(UNDECLARED, seq),
            lambda: self.line(UNDECLARED, rng.randrange(1 << 40, 1 << 48)),
            lambda: self.line(1, seq) + self.line(2, seq),
            lambda: b'{"ordeal":"' + self.line(1, seq) + b'","n":1}'))()

    def _damaged(self, records, weight):
        """A new list; weight 1: as bad as it comes."""
        rng, out, i, steps_back = self.rng, [], 0, 0
        if self.clean or rng.random() < 0.1:
            return list(records)
        while i < len(records):
            partition, line = records[i]
            i += 1
            if rng.random() < 0.05 * weight:
                continue
            if rng.random() < 0.04 * weight and line:
                line = rng.choice(MAIMS)(rng, line)
            out.append((partition, line))
            if rng.random() < 0.04 * weight:
                out += [(partition, line)] * rng.choice((1, 1, 2, 11))
            if rng.random() < 0.03 * weight:
                out.append((partition, self._stranger()))
            if rng.random() < 0.02 * weight and steps_back < 3:
                steps_back += 1
                i = max(0, i - rng.randrange(12))
        for i in range(len(out) - 7):
            if rng.random() < 0.05 * weight:
                k = i + rng.randrange(1, 7)
                out[i], out[k] = out[k], out[i]
        if self.strays:
            out = [(2 if rng.random() < 0.02 else p, line) for p, line in out]
        return out

    # -- the ledger

    def ledger_bytes(self, places):
        """`places`: where each identity stands, of which most are believed."""
        rng, rows = self.rng, [ledgers.row(ledgers.HEADER, self.run, 1)]
        for stream in (1, 2, ELSEWHERE):
            rows.append(ledgers.row(ledgers.STREAM, stream, self.payload))
        for stream in (1, 2):
            rows.append(ledgers.row(ledgers.RESERVE, stream,
                                    self.reserved[stream]))
            if self.base:
                rows.append(ledgers.row(ledgers.FATE, stream, 0, self.base,
                                        fate=1))
            rows += self._fate_rows(stream, places)
        if self.closed:
            rows += [ledgers.row(ledgers.SENT, s, self.sent[s])
                     for s in (1, 2)]
            rows.append(ledgers.row(ledgers.CLOSED))
        elif rng.random() < 0.5:
            rows.append(rows[-1][:rng.randrange(1, 64)])
        return b"".join(rows)

    def _fate_rows(self, stream, places):
        rng, rows, i = self.rng, [], 0
        fates = self.fates[stream]
        while i < len(fates):
            count = 1
            if not self.loaded:
                while i + count < len(fates) and fates[i + count] == fates[i]:
                    count += 1
            first, fate = self.base + i, fates[i]
            partition, offset = places.get((stream, first), (-1, -1))
            if rng.random() < 0.1 and fate is not None:  # an earlier word
                rows.append(ledgers.row(ledgers.FATE, stream, first, count, 3))
            if self.loaded and rng.random() < 0.03:
                partition, offset = rng.randrange(2), rng.randrange(60)
            if fate is not None:
                known = self.loaded and fate == 0
                rows.append(ledgers.row(
                    ledgers.FATE, stream, first, count, fate,
                    partition if known else -1, offset if known else -1))
            i += count
        return rows


# ---- stations -----------------------------------------------------------------

class Files:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def put(self, name, records, rng):
        """Writes; returns what ordeal calls it and what stands there."""
        path = self.folder / name
        data = b"".join(line + b"\n" for _, line in records)
        if rng.random() < 0.2:
            data += rng.choice((b"torn", records[0][1] if records else b"x"))
        path.write_bytes(data)
        return f"file:{path}", [(-1, i, line) for i, line in
                                enumerate(referee.read_lines(path))]


class TopicStations:
    def __init__(self, writer, topics):
        self.writer, self.topics = writer, topics

    def put(self, name, records, rng):
        self.writer.write(name, 3, [
            (p, b"k", None if line == b"" and rng.random() < 0.5 else line, [])
            for p, line in records])
        return f"topic:{name}", [(r.partition, r.offset, r.value)
                                 for r in self.topics.read(name, 3)]


def places_of(case, records):
    """(stream, seq): the last (partition, offset) that holds it."""
    places = {}
    for partition, offset, value in records:
        at = (value or b"").find(stamps.MAGIC)
        stamp = stamps.read(value, at) if at >= 0 else None
        if stamp and stamp[0] == case.run:
            places[stamp[1:]] = (partition, offset)
    return places


# ---- the comparison -----------------------------------------------------------

def numbers_of(hop):
    """All that is compared, by name."""
    numbers = dict(hop.records, unjudged=hop.unjudged, unordered=hop.unordered)
    for stream, balance in hop.balances.items():
        for name, n in balance.items():
            numbers[f"stream {stream}: {name}"] = n
    return numbers


def said_numbers(said):
    numbers = dict(said["findings"], unjudged=said["unjudged"],
                   unordered=said["unordered"])
    for stream, balance in said["streams"].items():
        for name, n in balance.items():
            numbers[f"stream {stream}: {name}"] = n
    return numbers


def listed(said):
    """kind: the identities that are listed."""
    named = {}
    for kind, stream, first, count in said["worst"]:
        if stream and not (kind == "phantom" and first >= 1 << 40):
            named.setdefault(kind, set()).update(
                (stream, first + i) for i in range(count))
    return named


def differences(said, wanted):
    """`wanted`: the referee's Hop, by every order of reading."""
    words = []
    all_numbers, have = [numbers_of(h) for h in wanted], said_numbers(said)
    for name in sorted(set(have).union(*all_numbers)):
        want = [n.get(name, 0) for n in all_numbers]
        if not min(want) <= have.get(name, 0) <= max(want):
            words.append(f"{name}: ordeal {have.get(name, 0)}, referee "
                         f"{sorted(set(want))}")
    named = listed(said)
    for kind in hops.KINDS:
        want = [h.named[kind] for h in wanted]
        has = named.get(kind, set())
        if not set.intersection(*want) <= has <= set.union(*want):
            words.append(f"{kind}: only ordeal lists "
                         f"{sorted(has - set.union(*want))}, only the referee "
                         f"{sorted(set.intersection(*want) - has)}")
    if not said["closes"]:
        words.append("the balance does not close")
    return words


def run_judge(judge, bootstrap, case, ledger, stations):
    command = [judge, "--ledger", ledger, "--bootstrap", bootstrap,
               "--stream", "1", "--stream", "2"]
    for name, station in stations.items():
        command += [f"--{name}", station]
    command += [f"--{word}" for word in ("loaded", "drained", "raw")
                if getattr(case, word)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False,
                          timeout=ORDEAL_MAY_TAKE_S)
    if done.returncode != 0:
        raise RuntimeError(f"judge: {done.returncode}: {done.stdout}")
    return json.loads(done.stdout)


def play(case, stations, judge, bootstrap, folder):
    """(what the referee found, sentences); no sentences: they agree."""
    names, records = {}, {"up": None, "dead": None}
    for what in ("up", "down", "dead"):
        if getattr(case, what) is not None:
            names[what], records[what] = stations.put(
                f"hop-{case.number}-{what}", getattr(case, what), case.rng)
    path = pathlib.Path(folder, f"ledger-{case.number}")
    path.write_bytes(case.ledger_bytes(places_of(case, records["down"])))
    ledger = ledgers.Ledger(path.read_bytes())
    wanted = []
    for down in hops.in_every_order(records["down"]) if case.strays else [
            records["down"]]:
        up, at, dead = (None if r is None else
                        hops.Station(r, ledger, {1, 2})
                        for r in (records["up"], down, records["dead"]))
        wanted.append(hops.Hop(ledger, (1, 2), up, at, dead, case.loaded,
                               case.drained, case.raw))
    said = run_judge(judge, bootstrap, case, path, names)
    return wanted[0], differences(said, wanted)

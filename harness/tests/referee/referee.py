"""referee.py - counts again what `ordeal verify` and the oracle have counted.

Slow, simple and on purpose without a line of theirs: topics are read with
another client library, records are kept in lists and looked up in sets. The
rules are those of harness/README.md ("Findings"), README.md beside this file
says how they were read where that leaves a choice.
"""
import collections
import json
import re

from kafka import KafkaConsumer, TopicPartition

import stamps

Record = collections.namedtuple("Record",
                                "partition offset key value headers")


# ---- reading ---------------------------------------------------------------

class Topics:
    """Reads topics of one cluster from their beginnings to their ends."""

    def __init__(self, bootstrap):
        self.consumer = KafkaConsumer(bootstrap_servers=bootstrap,
                                      enable_auto_commit=False,
                                      consumer_timeout_ms=20000)

    def read(self, topic, partitions):
        """All records, partition by partition."""
        at = [TopicPartition(topic, p) for p in range(partitions)]
        ends = self.consumer.end_offsets(at)
        self.consumer.assign(at)
        self.consumer.seek_to_beginning(*at)
        left = {t for t in at if ends[t] > 0}
        records = []
        while left:
            batches = self.consumer.poll(timeout_ms=20000)
            if not batches:
                raise RuntimeError(f"{topic}: nothing to read any more, yet "
                                   f"{len(left)} partitions have not ended")
            for where, batch in batches.items():
                records += [Record(r.partition, r.offset, r.key, r.value,
                                   r.headers) for r in batch]
                if batch[-1].offset + 1 >= ends[where]:
                    left.discard(where)
        return sorted(records, key=lambda r: r[:2])

    def close(self):
        self.consumer.close()


def read_lines(path):
    """The whole lines of a file; what stands behind the last newline was cut
    by a kill and is none."""
    with open(path, "rb") as file:
        return file.read().split(b"\n")[:-1]


# ---- identities by locator --------------------------------------------------

def at_pointer(value, pointer):
    """RFC 6901, but for its escapes; raises LookupError."""
    for name in pointer.split("/")[1:]:
        if isinstance(value, list):
            if not re.fullmatch("0|[1-9][0-9]*", name):
                raise LookupError(name)
            value = value[int(name)]
        elif isinstance(value, dict):
            value = value[name]
        else:
            raise LookupError(name)
    return value


def _no_number(word):
    raise ValueError(f"{word} is not JSON")


def _integer(digits):
    number = int(digits)
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError(f"{digits} is not a number of 64 bits")
    return number


def load_json(value):
    return json.loads(value.decode("utf-8"), parse_constant=_no_number,
                      parse_int=_integer)


def identity(record, locator):
    """The bytes that name the record; None: it has no such."""
    if locator == "key":
        return record.key
    how, what = locator.split(":", 1)
    if how == "header":
        found = [value for name, value in record.headers if name == what]
        return found[-1] if found else None
    try:
        found = at_pointer(load_json(record.value or b""), what)
    except (ValueError, LookupError):
        return None
    if isinstance(found, bool) or not isinstance(found, (int, str)):
        return None
    return str(found).encode()


def runs_of(numbers):
    """[(first, count)] of those that follow one another."""
    runs = []
    for n in sorted(numbers):
        if runs and sum(runs[-1]) == n:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((n, 1))
    return runs


def late_lanes(sights):
    """Of one stream's (partition, number) in order: for each number, whether
    it came late to each partition that has it."""
    highest, late = {}, {}
    for partition, n in sights:
        if partition not in late.setdefault(n, {}):
            late[n][partition] = n < highest.get(partition, -1)
        highest[partition] = max(n, highest.get(partition, -1))
    return late


def count_stream(sights, result):
    present = {n for _, n in sights}
    gaps, at = [], min(present)
    for first, count in runs_of(present):
        if first > at:
            gaps.append((at, first - at))
        at = first + count
    late = late_lanes(sights).values()
    result["gaps"] += sum(count for _, count in gaps)
    result["gap_runs"] += gaps
    result["duplicates"] += len(sights) - len(present)
    # In whose order partitions are read is nobody's to say.
    result["disorder"][0] += sum(all(l.values()) for l in late)
    result["disorder"][1] += sum(any(l.values()) for l in late)


def count_offsets(records, result):
    last = {}
    for r in records:
        absent = r.offset - last.get(r.partition, r.offset - 1) - 1
        result["absent"] += absent
        result["holes"] += absent > 0
        last[r.partition] = r.offset


BEFORE, AHEAD = 1 << 24, 1 << 28  # further from the others is no row


def near(sights):
    """Those that lie in one row with the ones before them."""
    kept = []
    for partition, n in sights:
        if not kept or kept[0][1] - BEFORE <= n <= max(
                k for _, k in kept) + AHEAD:
            kept.append((partition, n))
    return kept


def judge_topic(records, locator, per_topic):
    """What `ordeal verify --topic` has to say of these records."""
    result = {"records": len(records), "absent": 0, "holes": 0, "without": 0,
              "far": 0,
              "gaps": 0, "gap_runs": [], "duplicates": 0, "disorder": [0, 0],
              "opaque": 0, "opaque_copies": 0}
    streams, opaque = collections.defaultdict(list), set()
    count_offsets(records, result)
    for r in records if locator != "offset" else []:
        name = identity(r, locator)
        if name is None:
            result["without"] += 1
        elif re.fullmatch(b"[0-9]{1,14}", name):
            streams[0 if per_topic else r.partition].append(
                (r.partition, int(name)))
        else:
            result["opaque"] += 1
            result["opaque_copies"] += name in opaque
            opaque.add(name)
    for sights in streams.values():
        row = near(sights)
        result["far"] += len(sights) - len(row)
        count_stream(row, result)
    if result["gaps"] or result["duplicates"] or result["opaque_copies"]:
        result["verdicts"] = {"fail"}
    else:
        good = ("inconclusive" if not records or result["without"] or
                result["far"] or locator == "offset" else "pass")
        low, high = result["disorder"]
        result["verdicts"] = ({"fail"} if high else set()) | (
            {good} if not low else set())
    return result

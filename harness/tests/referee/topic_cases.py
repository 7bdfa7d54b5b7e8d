"""topic_cases.py - topics with identities by locator, damaged at random, as
`ordeal verify --topic` sees them."""
import json
import pathlib
import re
import subprocess

import referee
import segments

ORDEAL_MAY_TAKE_S = 25
BASES = (0, 0, 0, 1, 65500, 10**6, (1 << 34) - 40, 10**11, 10**13)
FAR = (3, 10**9, 10**12, 99999999999999)
ODD_KEYS = (None, b"", b"x", b"-4", b"007x", b" 7", b"7 ", b"123456789012345",
            b"0x10", b"\xff\xfe", b"7\x00")
ODD_JSON = (None, b"", b"{", b"[]", b"7", b'{"id":null}', b'{"id":1.0}',
            b'{"id":true}', b'{"id":-4}', b'{"id":123456789012345}',
            b'{"id":"x"}', b'{"id":99999999999999999999}', b'{"id":[3]}',
            b'{"id":{"id":3}}', b'{"ID":3}', b'{"a":{"1":{"id":4}}}', b'{"id":3}}', b'\xef\xbb\xbf{}',
            b'{"id":NaN}', b'{"id":"\xc3\x28"}', b'{"id":1e3}')


def damage(rng, numbers):
    """Drop, double, go back, swap: what a faulty hand makes of a row."""
    out, i, steps_back = [], 0, 0
    while i < len(numbers):
        draw = rng.random()
        if draw < 0.04:
            i += rng.choice((1, 1, 2, 7))
            continue
        out.append(numbers[i])
        if draw < 0.08:
            out += [rng.choice(out)] * rng.choice((1, 1, 3))
        if draw > 0.98 and steps_back < 3:
            steps_back += 1
            i = max(0, i - rng.randrange(12))
        i += 1
    for i in range(len(out) - 7):
        if rng.random() < 0.04:
            k = i + rng.randrange(1, 7)
            out[i], out[k] = out[k], out[i]
    return out


class TopicCase:
    def __init__(self, rng, number):
        self.topic = f"case-{number}"
        self.partitions = rng.randrange(1, 5)
        self.locator = rng.choice(("key", "header:id", "json:/id",
                                   "json:/a/1/id",
                                   "json:/a/x/id", "offset"))
        self.per_topic = rng.random() < 0.3
        self.clean = rng.random() < 0.15
        self.base = rng.choice(BASES)
        self.records = self._records(rng)

    def _rows(self, rng):
        """Numbers by partition."""
        length = rng.choice((0, 1, 30, 120))
        if self.per_topic:
            rows = [[] for _ in range(self.partitions)]
            for n in range(self.base, self.base + length):
                rng.choice(rows).append(n)
        else:
            rows = [list(range(self.base, self.base + rng.randrange(
                length + 1))) for _ in range(self.partitions)]
        if self.clean:
            return rows
        rows = [damage(rng, row) for row in rows]
        if self.per_topic and rng.random() < 0.3:
            rng.choice(rows).extend(rng.choice(rows)[:3])
        for row in rows:
            if row and rng.random() < 0.1:
                row.append(row[-1] + rng.choice((5, 70000, 3000000)))
            if row and not self.per_topic and rng.random() < 0.1:
                row.insert(rng.randrange(len(row) + 1), rng.choice(FAR))
        return rows

    def _records(self, rng):
        rows = self._rows(rng)
        records = []
        while any(rows):
            p = rng.choice([p for p, row in enumerate(rows) if row])
            records.append(self._record(rng, p, rows[p].pop(0)))
            if not self.clean and rng.random() < 0.02:
                records.append(self._odd(rng))
        return records

    def _record(self, rng, partition, n):
        how = self.locator.partition(":")[0]
        text = str(n).encode()
        if rng.random() < 0.02 and len(text) < 12 and not self.clean:
            text = b"00" + text
        value = b'{"id":%s,"a":[0,{"id":%s}]}'
        whole = b"%d" % n if rng.random() < 0.7 else b'"%s"' % text
        headers = [("other", b"1"), ("id", text)]
        if rng.random() < 0.1:
            headers.insert(0, ("id", b"no"))
        return (partition, text if how == "key" else None,
                value % (whole, whole) if how == "json" else b"value",
                headers if how == "header" else [])

    def _odd(self, rng):
        how = self.locator.partition(":")[0]
        p = rng.randrange(self.partitions)
        if how == "json":
            return p, b"7", rng.choice(ODD_JSON), []
        odd = rng.choice(ODD_KEYS)
        if how == "header":
            return p, b"7", b"7", [] if odd is None else [("id", odd)]
        return p, odd, b"7", [("id", b"7")]


# ---- what ordeal says --------------------------------------------------------

def _number(pattern, text, group=1):
    found = re.search(pattern, text, re.MULTILINE)
    return int(found.group(group)) if found else 0


def _runs(text, heading):
    """[(first, count)] listed below a heading, and how many there are."""
    found = re.search(rf"^{heading} +\d+.*\n((?: .*\n)*)", text, re.MULTILINE)
    listed = found.group(1) if found else ""
    runs = [(int(first), int(count)) for count, first in re.findall(
        r"^ +(\d+) from number (\d+) on", listed, re.MULTILINE)]
    return runs, _number(r"\d+ of (\d+) stretches shown", listed) or len(runs)


def run_verify(programs, bootstrap, case, folder):
    command = [programs / "ordeal", "verify", "--bootstrap", bootstrap,
               "--topic", case.topic, "--locator", case.locator, "--per",
               "topic" if case.per_topic else "partition", "--timeout", "20s",
               "--out", pathlib.Path(folder) / "verified"]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, check=False,
                              timeout=ORDEAL_MAY_TAKE_S)
    except subprocess.TimeoutExpired:
        return None, "ordeal verify did not end"
    return done.returncode, done.stdout


def differences(case, want, status, text):
    """Sentences; none: they agree."""
    if status is None:
        return [text]
    found = {
        "records": _number(r": (\d+) records read", text),
        "absent": _number(r"^offsets .* (\d+) absent", text),
        "holes": _number(r"absent in (\d+) places", text),
        "without": _number(r"^not judged +(\d+) records have no", text),
        "far": _number(r"^not judged +(\d+) records have numbers", text),
        "gaps": _number(r"^gaps +(\d+)", text),
        "duplicates": _number(r"^duplicates +(\d+)(?:,|$)", text),
        "opaque": _number(r"^duplicates +\d+ of (\d+) ", text),
        "opaque_copies": _number(r"^duplicates +(\d+) of ", text),
    }
    said = [f"{what}: ordeal {is_}, referee {want[what]}"
            for what, is_ in found.items() if is_ != want[what]]
    disorder = _number(r"^disorder +(\d+)", text)
    if not want["disorder"][0] <= disorder <= want["disorder"][1]:
        said.append(f"disorder: ordeal {disorder}, referee {want['disorder']}")
    listed, number = _runs(text, "gaps")
    longest = sorted((c for _, c in want["gap_runs"]), reverse=True)[:10]
    if [c for _, c in listed] != longest or number != len(want["gap_runs"]) \
            or not set(listed) <= set(want["gap_runs"]):
        said.append(f"gaps: ordeal lists {listed} of {number}, referee "
                    f"{want['gap_runs']}")
    verdict = text.splitlines()[-1].split(":")[0] if text else ""
    codes = {"pass": 0, "fail": 1, "inconclusive": 2}
    if verdict not in want["verdicts"] or codes.get(verdict) != status:
        said.append(f"verdict: ordeal {verdict!r} and status {status}, referee "
                    f"{sorted(want['verdicts'])}")
    return said + evidence_differences(text, verdict, status)


def evidence_differences(text, verdict, status):
    """Does the folder that is named say what the terminal was told?"""
    found = re.search(r"^evidence +(.+)$", text, re.MULTILINE)
    if not found:
        return ["no folder with evidence is named"]
    folder = pathlib.Path(found.group(1))
    run = json.loads((folder / "run.json").read_text())
    said = [f"evidence: no {name}" for name in
            ("report.html", "report.md", "junit.xml")
            if not (folder / name).stat().st_size]
    if (run["outcome"], run["exit_code"]) != (verdict, status):
        said.append(f"evidence: {run['outcome']} {run['exit_code']}, ordeal "
                    f"{verdict} {status}")
    return said


def play(case, table):
    """(what the referee found, sentences); no sentences: they agree. `table`:
    the Table of cases.py."""
    offsets = table.writer.write(case.topic, case.partitions, case.records)
    read = table.topics.read(case.topic, case.partitions)
    want = referee.judge_topic(read, case.locator, case.per_topic)
    if len(read) != len(offsets):
        return want, [f"{len(offsets)} written, referee read {len(read)}"]
    if read != segments.read_topic(table.logs, case.topic, case.partitions):
        return want, ["the files of the log hold other records than were read"]
    status, text = run_verify(table.options.programs, table.bootstrap, case,
                              table.folder)
    said = differences(case, want, status, text)
    return want, said and said + [text]

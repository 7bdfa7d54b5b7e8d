"""run_cases.py [NUMBER] [--seed S] [--first K] [--programs DIR] - lets so many
random scenarios run on the embedded platform, reads the files of its logs, and
says where run.json counts otherwise. Case K of a seed is always the same
scenario. Exit status: 0, 1."""
import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import hops
import ledgers
import segments

TOP = pathlib.Path(__file__).resolve().parents[3]
RUN_MAY_TAKE_S = 150


def arguments():
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("number", type=int, nargs="?", default=2)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--first", type=int, default=0)
    said.add_argument("--programs", type=pathlib.Path,
                      default=TOP / "build/bin")
    said.add_argument("--keep", type=pathlib.Path,
                      help="folder for the runs")
    return said.parse_args()


class RunCase:
    def __init__(self, rng, number):
        self.number, self.brokers = number, rng.randrange(1, 4)
        self.partitions = rng.choice((1, 2, 5, 12))
        self.partitions_at_end = self.partitions
        self.load = (f"{{into: orders, rate: {rng.choice((50, 400, 2000))}/s, "
                     f"size: {rng.choice((40, 100, 700))}B, "
                     f"keys: {rng.choice((0, 0, 30))}, "
                     f"format: {rng.choice(('text', 'json'))}}}")
        self.steps = [self._step(rng) for _ in range(rng.randrange(3))]

    def _step(self, rng):
        at = f"{rng.randrange(2000)}ms"
        if rng.random() < 0.4:
            self.partitions_at_end += rng.randrange(1, 4)
            return (f"{{at: {at}, fault: topic_add_partitions, topic: orders, "
                    f"with: {{to: {self.partitions_at_end}}}}}")
        return (f"{{at: {at}, fault: {rng.choice(('broker_kill', 'broker_pause'))}"
                f", broker: leader of orders/0, for: 2s}}")

    def text(self):
        return (f"name: case-{self.number}\n"
                f"platform: {{kind: embedded, brokers: {self.brokers}, "
                f"workers: 0}}\n"
                f"topics: {{orders: {{partitions: {self.partitions}}}}}\n"
                f"load: {self.load}\nflow: orders\n"
                + "".join(["timeline:\n"] * bool(self.steps)
                          + [f"  - {s}\n" for s in self.steps])
                + "records-min: 1\nquiet: 500ms\nduration: 2s\n")


def let_run(programs, case, folder):
    """The run folder; raises RuntimeError."""
    path = folder / f"case-{case.number}.yaml"
    path.write_text(case.text())
    out = folder / f"case-{case.number}"
    done = subprocess.run(
        [programs / "ordeal", "run", "--keep", "always", "--seed",
         str(case.number + 1), "--out", out, path], stdout=subprocess.PIPE,
        text=True, stderr=subprocess.STDOUT, check=False,
        timeout=RUN_MAY_TAKE_S)
    runs = [run.parent for run in out.glob("*/run.json")]
    if len(runs) != 1 or done.returncode not in (0, 1):
        raise RuntimeError(f"status {done.returncode}: {done.stdout}")
    return runs[0]


def station_numbers(records, station):
    """As run.json has them."""
    return {"records": len(records), "foreign": station.foreign,
            "distinct": len(station.of),
            "copies": sum(station.copies.values()),
            "corrupt": sum(station.corrupt.values()) + station.cut,
            "reordered": len(station.late)}


def differences(run, records, ledger):
    said = json.loads((run / "run.json").read_text())
    has = next(s for s in said["stations"] if s["name"] == "orders")
    hop = next(h for h in said["hops"] if h["downstream"] == "orders")
    streams = sorted(s["stream"] for s in hop["streams"])
    station = hops.Station([(r.partition, r.offset, r.value) for r in records],
                           ledger, set(streams))
    want = hops.Hop(ledger, streams, None, station, None, True, hop["drained"])
    words = [f"{name}: ordeal {has[name]}, referee {n}" for name, n in
             station_numbers(records, station).items() if has[name] != n]
    words += [f"{kind}: ordeal {hop['findings'][kind]['records']}, referee {n}"
              for kind, n in want.records.items()
              if hop["findings"][kind]["records"] != n]
    for s in hop["streams"]:
        balance = want.balances[s["stream"]]
        words += [f"stream {s['stream']}: {name}: ordeal {s[name]}, referee {n}"
                  for name, n in balance.items() if s[name] != n]
    return words


def play(options, k, folder, found):
    case = RunCase(random.Random(f"{options.seed} {k}"), k)
    run = let_run(options.programs, case, folder)
    ledger = ledgers.Ledger((run / "ledger.bin").read_bytes())
    records = segments.read_topic(run / "work/cluster/logs", "orders",
                                  case.partitions_at_end)
    found["records"] += len(records)
    found["partitions"] += case.partitions_at_end
    found["faults"] += len(case.steps)
    if not records:
        return ["no record in the files"]
    said = differences(run, records, ledger)
    return said and said + [case.text()]


def main():
    options = arguments()
    began, bad, found = time.monotonic(), 0, collections.Counter()
    with tempfile.TemporaryDirectory(prefix="ordeal-referee-") as folder:
        for k in range(options.first, options.first + options.number):
            try:
                said = play(options, k, options.keep or pathlib.Path(folder),
                            found)
            except (RuntimeError, ValueError, OSError,
                    subprocess.TimeoutExpired) as e:
                said = [str(e)]
            for sentence in said:
                print(f"seed {options.seed}: run {k}: {sentence}", flush=True)
            bad += bool(said)
    print(", ".join(f"{n} {what}" for what, n in sorted(found.items())))
    print(f"{options.number} runs of seed {options.seed}, {bad} disagreements,"
          f" in {time.monotonic() - began:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

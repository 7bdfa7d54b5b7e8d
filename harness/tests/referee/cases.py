"""cases.py [NUMBER] [--seed S] [--first K] [--programs DIR] - plays so many
random cases before `ordeal verify` and the referee, and says where they
disagree. Case K of a seed is always the same. Exit status: 0, 1."""
import argparse
import collections
import contextlib
import logging
import pathlib
import random
import sys
import tempfile
import time

import cluster
import hop_cases
import referee
import topic_cases

TOP = pathlib.Path(__file__).resolve().parents[3]


def arguments():
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("number", type=int, nargs="?", default=100)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--first", type=int, default=0)
    said.add_argument("--programs", type=pathlib.Path,
                      default=TOP / "build/bin")
    said.add_argument("--judge", type=pathlib.Path,
                      default=TOP / "build/tests/referee_judge")
    said.add_argument("--keep", type=pathlib.Path,
                      help="folder for the files of the cases")
    return said.parse_args()


class Table:
    """What all cases need."""

    def __init__(self, options, bootstrap, logs, folder):
        self.options, self.bootstrap, self.logs = options, bootstrap, logs
        self.folder = folder
        self.writer = cluster.Writer(bootstrap)
        self.topics = referee.Topics(bootstrap)
        self.found = collections.Counter()  # what the cases had in them

    def close(self):
        self.writer.close()
        self.topics.close()

    def play(self, k):
        """(what it was, sentences) of case k."""
        rng = random.Random(f"{self.options.seed} {k}")
        if rng.random() < 0.4:
            case = topic_cases.TopicCase(rng, k)
            want, said = topic_cases.play(case, self)
            self.found.update({f"topic {kind}": want[kind] for kind in (
                "gaps", "duplicates", "opaque_copies", "without")})
            self.found["topic disorder"] += want["disorder"][1]
            self.found["topics"] += 1
            return f"{case.topic} by {case.locator}", said
        case = hop_cases.HopCase(rng, k)
        stations = (hop_cases.TopicStations(self.writer, self.topics)
                    if case.in_topics else hop_cases.Files(self.folder))
        want, said = hop_cases.play(case, stations, self.options.judge,
                                    self.bootstrap, self.folder)
        self.found.update({f"hop {k}": n for k, n in want.records.items()})
        self.found["hops"] += 1
        return f"hop of {'topics' if case.in_topics else 'files'}", said


def main():
    options = arguments()
    began, bad = time.monotonic(), 0
    logging.disable(logging.WARNING)
    with contextlib.ExitStack() as stack:
        folder = options.keep or stack.enter_context(
            tempfile.TemporaryDirectory(prefix="ordeal-referee-"))
        bootstrap, logs = stack.enter_context(
            cluster.cluster(options.programs))
        table = stack.enter_context(contextlib.closing(
            Table(options, bootstrap, logs, folder)))
        for k in range(options.first, options.first + options.number):
            what, said = table.play(k)
            for sentence in said:
                print(f"seed {options.seed}: case {k}: {what}: {sentence}",
                      flush=True)
            bad += bool(said)
    print(", ".join(f"{n} {what}" for what, n in sorted(table.found.items())))
    print(f"{options.number} cases of seed {options.seed}, {bad} disagreements,"
          f" in {time.monotonic() - began:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

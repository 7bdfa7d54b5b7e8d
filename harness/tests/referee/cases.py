"""cases.py [NUMBER] [--seed S] [--first K] [--programs DIR] - plays so many
random cases before `ordeal verify` and the referee, and says where they
disagree. Case K of a seed is always the same. Exit status: 0, 1."""
import argparse
import logging
import pathlib
import random
import sys
import time

import cluster
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
    return said.parse_args()


def main():
    options = arguments()
    began, bad = time.monotonic(), 0
    logging.disable(logging.WARNING)
    with cluster.cluster(options.programs) as bootstrap:
        writer, topics = cluster.Writer(bootstrap), referee.Topics(bootstrap)
        for k in range(options.first, options.first + options.number):
            rng = random.Random(f"{options.seed} {k}")
            case = topic_cases.TopicCase(rng, k)
            said = topic_cases.play(case, writer, topics, options.programs,
                                    bootstrap)
            for sentence in said:
                print(f"seed {options.seed}: case {k}: {case.topic} by "
                      f"{case.locator}: {sentence}", flush=True)
            bad += bool(said)
        writer.close()
        topics.close()
    print(f"{options.number} cases of seed {options.seed}, {bad} disagreements,"
          f" in {time.monotonic() - began:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

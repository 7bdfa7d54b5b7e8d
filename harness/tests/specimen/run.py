"""Runs scenarios with ordeal.FaultySink and compares; see ci/check-specimen."""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

from compare import EXPECTED, compare

ROOT = pathlib.Path(__file__).resolve().parents[3]

REFUSED = ("drop-after-failure", "swallow")
EVERY = {"silent": "1500"}


def scenarios(defect):
    if defect == "none":
        return ["faulty-sink", "faulty-sink-refused"]
    return ["faulty-sink-refused" if defect in REFUSED else "faulty-sink"]


def run(args, name, **variables):
    """Run a scenario; returns its evidence and the log of the defect.

    Exits with 77 if the scenario was skipped, and fails without evidence.
    """
    out = args.out / "-".join([name, *variables.values()])
    log = out / "defect.log"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = [args.programs / "ordeal", "run", "--quiet", "--out", out,
               "--set", f"log={log}", args.scenarios / f"{name}.yaml"]
    for key, value in variables.items():
        command += ["--set", f"{key}={value}"]
    status = subprocess.run(command, check=False).returncode
    if status == 77:
        sys.exit(77)
    found = list(out.glob("*/run.json"))
    if len(found) != 1:
        sys.exit(f"{name}: exit status {status} and no evidence")
    lines = log.read_text().splitlines() if log.exists() else []
    return json.loads(found[0].read_text()), [json.loads(s) for s in lines]


def say(name, defect, sentences):
    sentences = list(sentences)
    print(f"{name}: {defect}: {'as expected' if not sentences else 'NOT as expected'}")
    for sentence in sentences:
        print(f"  {sentence}")
    return bool(sentences)


def main():
    parser = argparse.ArgumentParser(prog="ci/check-specimen")
    parser.add_argument("--programs", type=pathlib.Path,
                        default=ROOT / "build/bin")
    parser.add_argument("--out", type=lambda name: pathlib.Path(name).resolve(),
                        default=ROOT / "build/specimen")
    parser.add_argument("--scenarios", type=pathlib.Path,
                        default=ROOT / "scenarios/specimen")
    parser.add_argument("defects", nargs="*", metavar="DEFECT",
                        choices=[*EXPECTED, []])
    args = parser.parse_args()
    wrong = 0
    for defect in args.defects:
        for name in scenarios(defect):
            found, log = run(args, name, defect=defect,
                             every=EVERY.get(defect, "400"))
            wrong += say(name, defect, compare(found, log, defect))
    if not args.defects:
        found, log = run(args, "every-defect")
        for defect in EXPECTED:
            wrong += say("every-defect", defect,
                         compare(found, log, defect, beside=defect))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

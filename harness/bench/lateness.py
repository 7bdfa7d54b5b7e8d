#!/usr/bin/env python3
"""Measures how punctual faults are, on the embedded platform.

usage: lateness.py ORDEAL [--steps N]

Runs harmless faults (an answer 1 ms later, for 50 ms) by ORDEAL, in three ways:
  many     N steps (default 1000, at most 1000), 30 ms apart, on ten endpoints
  hanging  4 steps less, and beside them 4 steps on another endpoint whose
           server stands still for 20 s, so that calls to it hang
  one      50 steps, 200 ms apart, on one endpoint
Lateness is began_us - due_us of run.json. Exit status: 0 if the median is at
most 5 ms and the 99th percentile at most 20 ms in each way, 1 if not, 2 if
something could not be measured. An idle machine is taken for granted.
"""
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

P50_US, P99_US = 5000, 20000
HANG_S = 20
HANGING = 4  # steps on the endpoint that stands still, 5 s apart
STILL = "still"  # the endpoint whose server stands still


def scenario(steps, endpoints, every_ms, still):
    shops = ["shop-%d" % i for i in range(endpoints)]
    all_ends = shops + ([STILL] if still else [])
    text = ["name: lateness", "why: harmless faults at known times",
            "guarantee: {delivery: at-least-once, "
            "duplicates: 1000 per disturbance}",
            "platform: {kind: embedded, brokers: 1, workers: 1}",
            "topics:", "  orders: {partitions: 1}", "endpoints:"]
    for i, end in enumerate(all_ends):
        text.append("  %s: {kind: http, port: %d}" % (end, 8080 + 10 * i))
    text.append("connectors:")
    for end in all_ends:
        text += ["  to-%s:" % end, "    plugin: http-sink", "    config:",
                 "      connector.class: ordeal.HttpSink",
                 "      tasks.max: 1", "      topics: orders",
                 '      http.url: "${%s.url}"' % end]
    text += ["load: {into: orders, rate: 100/s, size: 100B, keys: 10}",
             "flow:"]
    text += ["  - orders -> to-%s -> %s" % (end, end) for end in all_ends]
    text.append("timeline:")
    line = ("  - {at: %dms, fault: sink_throttle, on: %s, "
            "with: {share: 0%%, delay: 1ms}, for: 50ms}")
    text += [line % (1000 + i * every_ms, shops[i % endpoints])
             for i in range(steps)]
    if still:
        text += [line % (2000 + i * 5000, STILL) for i in range(HANGING)]
    return "\n".join(text + ["quiet: 300ms", "duration: 1s", ""])


def server_of(folder, endpoint):
    """The process id of an endpoint's server in a run below `folder`."""
    mark = "/work/%s/requests.log" % endpoint
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as f:
                words = f.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(w.startswith("--log=" + folder) and w.endswith(mark)
               for w in words):
            return int(path.split("/")[2])
    return None


def stand_still(folder, run):
    """Stop the server as the timeline begins, and let it go on later."""
    began = None
    while run.poll() is None and began is None:
        for path in glob.glob(folder + "/*/journal.jsonl"):
            with open(path) as f:
                if '"phase":"timeline"' in f.read():
                    began = server_of(folder, STILL)
        time.sleep(0.05)
    if began is None:
        return
    os.kill(began, signal.SIGSTOP)
    time.sleep(HANG_S)
    try:
        os.kill(began, signal.SIGCONT)
    except ProcessLookupError:
        pass


def measure(ordeal, name, text, still):
    with tempfile.TemporaryDirectory(prefix="ordeal-lateness-") as folder:
        path = folder + "/lateness.yaml"
        with open(path, "w") as f:
            f.write(text)
        run = subprocess.Popen([ordeal, "run", "--sandbox", "off", "--keep",
                                "never", "--out", folder, path],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        if still:
            stand_still(folder, run)
        run.wait()
        found = glob.glob(folder + "/*/run.json")
        if not found:
            print("%-8s no run.json, exit status %d" % (name, run.returncode))
            return None
        with open(found[0]) as f:
            faults = json.load(f)["faults"]
    others = [f for f in faults if f["target"] != STILL]
    late = sorted(f["began_us"] - f["due_us"] for f in others
                  if f["began_us"] >= 0)
    hung = sum(f["target"] == STILL and f["outcome"] != "landed"
               for f in faults)
    if len(late) < len(others):
        print("%-8s %d of %d steps never began" %
              (name, len(others) - len(late), len(others)))
        return None
    if still and not hung:
        print("%-8s nothing hung" % name)
        return None
    p50, p99 = late[len(late) // 2], late[len(late) * 99 // 100]
    print("%-8s %5d steps   p50 %7.3f ms   p99 %7.3f ms   most %7.3f ms%s" %
          (name, len(late), p50 / 1e3, p99 / 1e3, late[-1] / 1e3,
           "   beside %d steps that hung" % hung if still else ""))
    return p50 <= P50_US and p99 <= P99_US


def main():
    steps = 1000
    args = sys.argv[1:]
    if len(args) == 3 and args[1] == "--steps" and args[2].isdigit():
        steps = int(args[2])
    if len(args) not in (1, 3) or not HANGING < steps <= 1000:
        print(__doc__.strip(), file=sys.stderr)
        return 64
    ways = [("many", scenario(steps, 10, 30, False), False),
            ("hanging", scenario(steps - HANGING, 10, 30, True), True),
            ("one", scenario(50, 1, 200, False), False)]
    good = [measure(args[0], name, text, still) for name, text, still in ways]
    return 2 if None in good else 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Compares the evidence of a run with the log of ordeal.FaultySink.

compare(run, log, defect) yields a sentence for each difference. No sentence:
the run found the defect by its name, at the records struck, and found nothing
else. `beside`: the connector to look at, where the run has a connector for each
defect.
"""

# defect: (findings that must list the struck records, event, failing check)
EXPECTED = {
    "none": ((), None, None),
    "drop-one": (("lost", "unseen"), None, None),
    "drop-after-failure": (("lost", "unseen"), None, None),
    "twice": (("duplicate",), None, None),
    "swap": (("reordered",), None, None),
    "cut": (("corrupt",), None, None),
    "flip": (("corrupt",), None, None),
    "commit-early": (("lost", "unseen"), "committed ahead",
                     "offset_continuity"),
    "commit-back": ((), "offset regression", "offset_continuity"),
    "silent": (("lost", "unseen"), "silent stall", "no_stall"),
    "swallow": (("lost", "unseen"), None, None),
}


def hop_of(run, connector):
    return next(h for h in run["hops"] if h.get("connector") == connector)


def records(hop, kinds):
    """Offsets of the listed records, and the number of all records found."""
    listed, number = set(), 0
    for kind in kinds:
        finding = hop["findings"].get(kind, {})
        number += finding.get("records", 0)
        for r in finding.get("worst", []):
            listed.update(range(r["first"], r["first"] + r["count"]))
    return listed, number


def differ(what, found, number, log):
    """Compare offsets; valid for a topic written by the load alone."""
    if not log:
        yield f"{what}: the defect has not struck"
    for offset in sorted(found - log):
        yield f"{what}: found at offset {offset}, not in the log"
    if number != len(log):
        yield f"{what}: {number} found, {len(log)} in the log"


def differ_silent(hop, log):
    """All records from the first struck record on are missing; the log holds
    the first only."""
    found, number = records(hop, ("lost", "unseen"))
    if not log or not found or min(found) != min(log):
        yield f"stands still: found from {sorted(found)[:1]}, log {sorted(log)}"
    if number != len(found):
        yield "stands still: the missing records are not consecutive"


def differ_events(hop, log, expected):
    if expected and expected not in hop.get("events", {}):
        yield f"{expected}: not in the evidence"
    for name, event in hop.get("events", {}).items():
        count = event["count"] if event["judged"] else 0
        if name == expected and count < 1:
            yield f"{name}: {event.get('why_not', 'none was found')}"
        elif name != expected and count > 0:
            yield f"{name}: {count}, not caused by the defect"
        if name == expected == "offset regression":
            to = {e["to"] for e in event.get("worst", [])}
            yield from differ(name, to, count, log)


def differ_rest(run, hop, kinds, check):
    for other in run["hops"]:
        if other.get("connector") and other is not hop:
            continue
        for kind, f in other["findings"].items():
            if f["records"] and (other is not hop or kind not in kinds):
                yield f"{other['name']}: {f['records']} {kind}"
    for c in run["checks"]:
        expected = "failed" if c["kind"] == check else "held"
        if c["status"] != expected:
            yield f"{c['kind']}: {c['status']}: {c['sentence']}"
    for balance in (h["balance"] for h in run["hops"]):
        if not balance["closes"]:
            yield "a balance does not close"


def compare(run, log, defect, beside=None):
    kinds, event, check = EXPECTED[defect]
    hop = hop_of(run, beside or "orders-to-shop")
    log = {line["offset"] for line in log if line["kind"] == defect}
    outcome = "pass" if defect == "none" and not beside else "fail"

    if run["outcome"] != outcome or run["reasons"]:
        yield f"{run['outcome']}, expected {outcome}: {run['reasons']}"
    if defect == "silent":
        yield from differ_silent(hop, log)
    elif kinds:
        yield from differ("/".join(kinds), *records(hop, kinds), log)
    yield from differ_events(hop, log, event)
    yield from differ_rest(run, hop, kinds, None if beside else check)

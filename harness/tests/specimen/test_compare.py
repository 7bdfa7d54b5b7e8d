#!/usr/bin/python3
"""Tests that compare() notices each kind of difference between run and log."""
import unittest

from compare import compare


def finding(*offsets):
    return {"records": len(offsets), "worst": [
        {"first": offset, "count": 1} for offset in offsets]}


def run(findings, events=None, failed=(), outcome="fail"):
    hop = {"name": "hop", "connector": "orders-to-shop", "findings": findings,
           "events": events or {}, "balance": {"closes": True}}
    kinds = ("balance", "no_stall", "offset_continuity")
    return {"outcome": outcome, "reasons": [], "hops": [hop], "checks": [
        {"kind": kind, "sentence": "", "status":
         "failed" if kind in failed else "held"} for kind in kinds]}


def event(*to):
    return {"judged": True, "count": len(to), "worst": [
        {"to": offset} for offset in to]}


def log(defect, offsets):
    return [{"offset": offset, "kind": kind} for offset, kind in
            [(7, "of another"), *((offset, defect) for offset in offsets)]]


AHEAD = {"committed ahead": event(9)}
BACK = {"offset regression": event(5)}
STALL = {"silent stall": event(0)}
REST = {"unseen": {"records": 9, "worst": [{"first": 50, "count": 9}]}}
CONTINUITY = ("offset_continuity",)

# (run, log, defect, number of sentences)
CASES = (
    (run({}, outcome="pass"), (), "none", 0),
    (run({"lost": finding(1)}), (), "none", 2),
    (run({"lost": finding(1), "unseen": finding(9)}), (1, 9), "drop-one", 0),
    (run({"lost": finding(1, 2)}), (1, 3), "drop-one", 1),
    (run({"lost": finding(1)}), (1, 3), "drop-one", 1),
    (run({"lost": finding(1, 3)}), (1,), "drop-one", 2),
    (run({}, outcome="pass"), (), "drop-one", 2),
    (run({"duplicate": finding(1), "lost": finding(4)}), (1,), "twice", 1),
    (run({"corrupt": finding(1)}, BACK), (1,), "flip", 1),
    (run({"reordered": finding(1)}, failed=("balance",)), (1,), "swap", 1),
    (run({"lost": finding(1)}, AHEAD, CONTINUITY), (1,), "commit-early", 0),
    (run({"lost": finding(1)}, {}, CONTINUITY), (1,), "commit-early", 1),
    (run({}, BACK, CONTINUITY), (5,), "commit-back", 0),
    (run({}, BACK, CONTINUITY), (6,), "commit-back", 1),
    (run({}, BACK), (5,), "commit-back", 1),
    (run(REST, STALL, ("no_stall",)), (50,), "silent", 0),
    (run(REST, STALL, ("no_stall",)), (51,), "silent", 1),
)


class Compare(unittest.TestCase):
    def test_cases(self):
        for number, (found, offsets, defect, sentences) in enumerate(CASES):
            with self.subTest(number=number, defect=defect):
                said = list(compare(found, log(defect, offsets), defect))
                self.assertEqual(len(said), sentences, said)


if __name__ == "__main__":
    unittest.main()

"""ledgers.py - ledger.bin, from its description in reports/README.md."""
import struct

import stamps

ROW = struct.Struct("<BBHIiQQqq16x")
FATES = ("acknowledged", "refused", "aborted", "indeterminate")
HEADER, STREAM, NAME, RESERVE, FATE, SENT, CLOSED = range(1, 8)


def row(kind, stream=0, first=0, count=0, fate=0, partition=-1, offset=-1):
    body = ROW.pack(kind, fate, 0, stream, partition, first, count, offset, 0)
    return struct.pack("<I", stamps.crc32c(body)) + body


class Stream:
    """What the ledger says of one stream; sequences count from 0."""

    def __init__(self, payload):
        self.payload = payload
        self.sent = self.reserved = 0
        self.fates = {}    # sequence: word of FATES
        self.places = {}   # sequence: (partition, offset)

    def note(self, fate, first, count, partition, offset):
        for i in range(count):  # what is noted later wins
            self.fates[first + i] = FATES[fate]
            self.places.pop(first + i, None)
            if offset >= 0:
                self.places[first + i] = (partition, offset + i)
        self.sent = max(self.sent, first + count)


class Ledger:
    def __init__(self, data):
        self.run, self.closed, self.streams = None, False, {}
        for at in range(0, len(data) - 63, 64):
            self._take(*ROW.unpack(data[at + 4:at + 64]))
        for s in self.streams.values():
            # A writer that died may have sent all that was reserved.
            s.end = s.sent if self.closed else max(s.sent, s.reserved)
            for seq in range(s.end):
                s.fates.setdefault(seq, "indeterminate")

    def _take(self, kind, fate, _, stream, partition, first, count, offset,
              _time):
        if kind == HEADER:
            self.run = stream
        elif kind == STREAM:
            self.streams[stream] = Stream(first)
        elif kind == CLOSED:
            self.closed = True
        elif kind == FATE:
            self.streams[stream].note(fate, first, count, partition, offset)
        elif kind == RESERVE:
            s = self.streams[stream]
            s.reserved = max(s.reserved, first)
        elif kind == SENT:
            s = self.streams[stream]
            s.sent = max(s.sent, first)

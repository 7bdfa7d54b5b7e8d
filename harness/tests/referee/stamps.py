"""stamps.py - stamps and payloads, from their description in oracle/stamp.h."""

MAGIC = b"iolu"
DIGITS = b"0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 30
PLACES = 1 << 20
MASK = (1 << 64) - 1

Stamp = tuple  # (run, stream, sequence)
_text = bytearray()
_state = [0x6F726465616C]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def check_of(run, stream, seq):
    return crc32c(run.to_bytes(4, "big") + stream.to_bytes(3, "big") +
                  seq.to_bytes(6, "big")) & 0xFFFFFF


def write(run, stream, seq):
    bits = (((run << 24 | stream) << 48 | seq) << 24 |
            check_of(run, stream, seq)) << 2
    return MAGIC + bytes(DIGITS[bits >> 5 * i & 31] for i in range(25, -1, -1))


def _fields(digits):
    """(run, stream, seq, check, zeros) of 26 digits, or None."""
    if len(digits) < 26 or any(d not in DIGITS for d in digits):
        return None
    bits = 0
    for d in digits:
        bits = bits << 5 | DIGITS.index(d)
    return (bits >> 98, bits >> 74 & 0xFFFFFF, bits >> 26 & (1 << 48) - 1,
            bits >> 2 & 0xFFFFFF, bits & 3)


def read(data, at):
    """The stamp whose magic stands at `at`; None: it is cut."""
    fields = _fields(data[at + 4:at + LENGTH])
    if fields and fields[4] == 0 and fields[3] == check_of(*fields[:3]):
        return fields[:3]
    return None


def cut_is_of(data, at, run):
    """Is what is left of a cut stamp one of `run`?"""
    fields = _fields(data[at + 4:at + LENGTH])
    if fields and fields[4] == 0 and \
            fields[3] == check_of(run, fields[1], fields[2]):
        return True
    own = write(run, 0, 0)[4:10]  # the digits that the run alone decides
    for is_, should in zip(data[at + 4:at + 10], own):
        if is_ not in DIGITS:
            break
        if is_ != should:
            return False
    return True


def _draw():
    """splitmix64"""
    _state[0] = z = _state[0] + 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def mix(a, b):
    x = (a * 0x9E3779B97F4A7C15 ^ b * 0xD1342543DE82EF95) & MASK
    x = (x ^ x >> 32) * 0xBF58476D1CE4E5B9 & MASK
    return x ^ x >> 29


def payload(stamp, length):
    run, stream, seq = stamp
    place = (mix(run << 32 | stream, seq) >> 20) % PLACES
    while len(_text) < place + length:
        draw = _draw()
        _text.extend(DIGITS[draw >> 5 * i & 31] for i in range(12))
    return bytes(_text[place:place + length])

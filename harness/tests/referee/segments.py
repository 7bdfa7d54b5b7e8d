"""segments.py - records out of Kafka's segment files, from the description of
record batches in Kafka's documentation ("Record Batch", "Record")."""
import pathlib
import struct

from referee import Record

# base offset, length, leader epoch, magic, CRC, attributes, last offset delta,
# base and highest timestamp, producer id, epoch, sequence, number of records
HEAD = struct.Struct(">qiibIhiqqqhii")
UNCOUNTED = 12  # bytes that the length does not count
CRC_COVERS_FROM = 21


def _table():
    rows = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        rows.append(byte)
    return rows


CRC_TABLE = _table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Reader:
    """Fields of one record or of all records of a batch."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number >> 1 ^ -(number & 1)

    def bytes(self):
        length = self.varint()
        if length < 0:
            return None
        if self.at + length > len(self.data):
            raise ValueError(f"{length} bytes at {self.at} of a record of "
                             f"{len(self.data)}")
        self.at += length
        return self.data[self.at - length:self.at]


def _record(partition, base, data):
    r = Reader(data)
    r.byte()    # attributes
    r.varint()  # timestamp
    offset = base + r.varint()
    key, value = r.bytes(), r.bytes()
    headers = [(r.bytes().decode(), r.bytes()) for _ in range(r.varint())]
    if r.at != len(data):
        raise ValueError(f"offset {offset}: bytes behind the record")
    return Record(partition, offset, key, value, headers)


def _batch(partition, data):
    """Records of one whole batch."""
    (base, _, _, magic, crc, attributes, last, *_, number) = HEAD.unpack_from(
        data)
    if magic != 2 or attributes & 0x37:
        raise ValueError(f"offset {base}: format {magic}, attributes "
                         f"{attributes:#x}")
    if crc32c(data[CRC_COVERS_FROM:]) != crc:
        raise ValueError(f"offset {base}: a wrong CRC")
    r = Reader(data)
    r.at = HEAD.size
    records = [_record(partition, base, r.bytes()) for _ in range(number)]
    if r.at != len(data) or [x.offset for x in records] != list(
            range(base, base + last + 1)):
        raise ValueError(f"offset {base}: other records than the head says")
    return records


def read_file(path, partition):
    """All records of a segment; raises ValueError where a batch is malformed, or
    offsets are not one behind the other."""
    data, at, records = pathlib.Path(path).read_bytes(), 0, []
    while at < len(data):
        base, length = struct.unpack_from(">qi", data, at)
        if base != len(records) or at + UNCOUNTED + length > len(data):
            raise ValueError(f"{path}: byte {at}: offset {base}, expected "
                             f"{len(records)}")
        records += _batch(partition, data[at:at + UNCOUNTED + length])
        at += UNCOUNTED + length
    return records


def read_topic(logs, topic, partitions):
    """All records of a topic, partition by partition. A partition that never had
    a record has no file."""
    records = []
    for p in range(partitions):
        path = pathlib.Path(logs, f"{topic}-{p}", f"{0:020}.log")
        if path.exists():
            records += read_file(path, p)
    return records

"""cluster.py - the cluster stand-in, as long as it is needed."""
import contextlib
import pathlib
import subprocess
import tempfile

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic


def _said(process, word):
    """What the process says behind this word on its first line."""
    line = process.stdout.readline().split()
    if len(line) != 2 or line[0] != word:
        raise RuntimeError(f"{process.args[0]} said {line}, expected {word}")
    return line[1]


@contextlib.contextmanager
def _child(*command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def cluster(programs):
    """Yields the address of one broker and the folder of its logs; mock and
    broker end with the block."""
    with tempfile.TemporaryDirectory(prefix="ordeal-referee-") as folder:
        socket, logs = (str(pathlib.Path(folder, f))
                        for f in ("socket", "logs"))
        with _child(programs / "ordeal-mock", "--brokers", "1", "--socket",
                    socket, "--logs", logs) as mock:
            _said(mock, "socket")
            with _child(programs / "ordeal-broker", "--number", "1",
                        "--socket", socket, "--listen",
                        "client=127.0.0.1:0") as broker:
                yield _said(broker, "client"), logs


class Writer:
    """Makes topics and fills them."""

    def __init__(self, bootstrap):
        self.admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        self.producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all",
                                      linger_ms=5)

    def write(self, topic, partitions, records):
        """Records: (partition, key, value, headers). Returns their offsets."""
        made = self.admin.create_topics([NewTopic(topic, partitions, 1)])
        if any(error[1] for error in made.topic_errors):
            raise RuntimeError(f"{topic}: {made.topic_errors}")
        sent = [self.producer.send(topic, partition=p, key=k, value=v,
                                   headers=h) for p, k, v, h in records]
        self.producer.flush(timeout=30)
        return [s.get(timeout=30).offset for s in sent]

    def close(self):
        self.producer.close()
        self.admin.close()

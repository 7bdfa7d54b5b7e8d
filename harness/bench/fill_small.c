/* fill_small.c - fills a topic with batches of one record each, by Produce
 * requests of its own.
 *
 * librdkafka would send a request for each batch. Here a request carries a
 * batch for each partition, so that millions of batches are written in seconds.
 * Batches have Kafka's message format v2, requests version 3 of Produce
 * (kafka.apache.org/protocol).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clk.h"
#include "base/crc32c.h"
#include "base/own.h"
#include "bench/bench.h"
#include "client/kafka.h"

enum {
    RECORD_LEN = 4 + 2 + VALUE_LEN + 1, /* behind its length of 2 bytes */
    BATCH_LEN = 61 + 2 + RECORD_LEN,
    REQUEST_MOST = 128 + BENCH_PARTITIONS_MOST * (8 + BATCH_LEN),
    IN_FLIGHT = 8, /* requests sent before the first answer is read */
};

/* A request or an answer in the making or in the reading. */
struct buffer {
    uint8_t at[REQUEST_MOST];
    size_t len;
};

static void put(struct buffer *b, uint64_t v, int len)
{
    while (len-- > 0)
        b->at[b->len++] = (uint8_t)(v >> 8 * len);
}

static void put_bytes(struct buffer *b, const void *data, size_t len)
{
    memcpy(b->at + b->len, data, len);
    b->len += len;
}

static void set(struct buffer *b, size_t at, uint32_t v)
{
    size_t end = b->len;

    b->len = at;
    put(b, v, 4);
    b->len = end;
}

/* Lengths of records are zigzag varints: 2 bytes from 64 to 8191. */
static void put_varint_2(struct buffer *b, uint32_t v)
{
    put(b, (2 * v & 0x7f) | 0x80, 1);
    put(b, 2 * v >> 7, 1);
}

static void put_record(struct buffer *b, uint32_t partition, uint64_t seq)
{
    const struct stamp s = {
        .run = BENCH_RUN, .stream = partition + 1, .seq = seq};
    char head[STAMP_LEN];

    stamp_write(&s, head);
    put_varint_2(b, RECORD_LEN);
    put(b, 0, 3); /* attributes, deltas of timestamp and offset */
    put(b, 1, 1); /* key: null */
    put_varint_2(b, VALUE_LEN);
    put_bytes(b, head, STAMP_LEN);
    put_bytes(b, stamp_payload(&s, PAYLOAD_LEN), PAYLOAD_LEN);
    put(b, 0, 1); /* headers */
}

static void put_batch(struct buffer *b, uint32_t partition, uint64_t seq,
                      int64_t ms)
{
    size_t begin = b->len, crc_at, covered;

    put(b, 0, 8); /* base offset */
    put(b, 0, 4); /* length */
    put(b, 0, 4); /* leader epoch */
    put(b, 2, 1); /* magic */
    crc_at = b->len;
    put(b, 0, 4);
    covered = b->len;
    put(b, 0, 2 + 4);        /* attributes, last offset delta */
    put(b, (uint64_t)ms, 8); /* timestamps */
    put(b, (uint64_t)ms, 8);
    put(b, UINT64_MAX, 8); /* producer id, epoch, sequence: none */
    put(b, UINT64_MAX, 6);
    put(b, 1, 4); /* records */
    put_record(b, partition, seq);
    set(b, begin + 8, (uint32_t)(b->len - begin - 12));
    set(b, crc_at, crc32c(0, b->at + covered, b->len - covered));
}

/* Record number `seq` of each of the first `partitions` partitions. */
static void make_request(const struct job *job, uint32_t partitions,
                         uint64_t seq, struct buffer *b)
{
    int64_t ms = clk_wall_us() / US_PER_MS;
    size_t topic_len = strlen(job->set.topic);

    b->len = 0;
    put(b, 0, 4); /* length */
    put(b, 0, 2); /* Produce */
    put(b, 3, 2);
    put(b, seq, 4);
    put(b, UINT64_MAX, 2); /* client id: none */
    put(b, UINT64_MAX, 2); /* transactional id: none */
    put(b, UINT64_MAX, 2); /* acks: all */
    put(b, 30000, 4);
    put(b, 1, 4); /* topics */
    put(b, topic_len, 2);
    put_bytes(b, job->set.topic, topic_len);
    put(b, partitions, 4);
    for (uint32_t p = 0; p < partitions; p++) {
        size_t at;

        put(b, p, 4);
        at = b->len;
        put(b, 0, 4);
        put_batch(b, p, seq, ms);
        set(b, at, (uint32_t)(b->len - at - 4));
    }
    set(b, 0, (uint32_t)(b->len - 4));
}

static int dial(const char *bootstrap, int *ret, struct err *err)
{
    char host[64];
    struct sockaddr_in at = {.sin_family = AF_INET};
    struct timeval limit = {.tv_sec = 60};
    const char *colon = strchr(bootstrap, ':');
    AUTO_FD int fd = -1;

    (void)snprintf(host, sizeof(host), "%.*s",
                   (int)(colon ? colon - bootstrap : 0), bootstrap);
    at.sin_port = htons((uint16_t)(colon ? strtol(colon + 1, NULL, 10) : 0));
    if (inet_pton(AF_INET, host, &at.sin_addr) != 1)
        return err_set(err, -EINVAL, "%s: not an address", bootstrap);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
        return err_errno(err, "%s", bootstrap);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    *ret = fd;
    fd = -1;
    return 0;
}

static int read_exact(int fd, void *data, size_t len, struct err *err)
{
    ssize_t n = recv(fd, data, len, MSG_WAITALL);

    return n == (ssize_t)len ? 0 : err_set(err, -EIO, "no answer to Produce");
}

static uint32_t number(const uint8_t *at, int len)
{
    uint32_t v = 0;

    for (int i = 0; i < len; i++)
        v = v << 8 | at[i];
    return v;
}

/* Behind length, correlation id, count of topics, name and count of partitions
 * stand 22 bytes a partition: number, error code, offset, time. */
static int read_answer(const struct job *job, int fd, struct buffer *b,
                       struct err *err)
{
    size_t head = 4 + 4 + 2 + strlen(job->set.topic) + 4;

    if (read_exact(fd, b->at, 4, err) < 0)
        return err->code;
    b->len = number(b->at, 4);
    if (b->len > sizeof(b->at) || b->len < head)
        return err_set(err, -EBADMSG, "an answer of %zu bytes", b->len);
    if (read_exact(fd, b->at, b->len, err) < 0)
        return err->code;
    for (size_t at = head; at + 22 <= b->len; at += 22)
        if (number(b->at + at + 4, 2) != 0)
            return err_set(err, -EIO, "partition %u: error %u",
                           number(b->at + at, 4), number(b->at + at + 4, 2));
    return 0;
}

static int send_all(const struct job *job, int fd, struct err *err)
{
    static struct buffer request, answer;
    uint64_t left = job->set.records, sent = 0, answered = 0;

    while (left > 0 || answered < sent) {
        uint32_t n =
            left < job->set.partitions ? (uint32_t)left : job->set.partitions;

        if (n > 0 && sent - answered < IN_FLIGHT) {
            make_request(job, n, sent++, &request);
            if (send(fd, request.at, request.len, MSG_NOSIGNAL) !=
                (ssize_t)request.len)
                return err_errno(err, "send");
            left -= n;
            continue;
        }
        if (read_answer(job, fd, &answer, err) < 0)
            return err->code;
        answered++;
    }
    return 0;
}

int job_fill_small(const struct job *job, struct measured *ret, struct err *err)
{
    AUTO_FD int fd = -1;

    *ret = measure_begin();
    if (bench_make_topic(job, err) == 0 && dial(job->bootstrap, &fd, err) == 0)
        (void)send_all(job, fd, err);
    measure_end(ret);
    ret->counts.records = ret->counts.ours = ret->counts.distinct =
        job->set.records;
    return err->code;
}

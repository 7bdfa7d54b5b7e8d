/* quorum.c - requests of the Kafka protocol, made and parsed by hand. */
#include "client/quorum.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"

enum {
    API_VERSIONS = 18,
    DESCRIBE_QUORUM = 55,
    CORRELATION = 0x6f726465,
    REPLY_MAX = 65536,
};

static const char client_id[] = "ordeal";
static const char metadata_topic[] = "__cluster_metadata";

/* Bytes being written or parsed. Running over the end sets `bad` and changes
 * nothing else, so a parser checks `bad` only once, after the last field. */
struct wire {
    uint8_t *data;
    size_t at, size;
    bool bad;
};

static void put(struct wire *w, const void *data, size_t len)
{
    if (w->bad || len > w->size - w->at) {
        w->bad = true;
        return;
    }
    memcpy(w->data + w->at, data, len);
    w->at += len;
}

static void put_u8(struct wire *w, unsigned v)
{
    uint8_t b = (uint8_t)v;

    put(w, &b, 1);
}

static void put_i16(struct wire *w, int v)
{
    uint16_t b = htobe16((uint16_t)v);

    put(w, &b, 2);
}

static void put_i32(struct wire *w, int32_t v)
{
    uint32_t b = htobe32((uint32_t)v);

    put(w, &b, 4);
}

static void take(struct wire *w, void *out, size_t len)
{
    memset(out, 0, len);
    if (w->bad || len > w->size - w->at) {
        w->bad = true;
        return;
    }
    memcpy(out, w->data + w->at, len);
    w->at += len;
}

static int16_t take_i16(struct wire *w)
{
    uint16_t b;

    take(w, &b, 2);
    return (int16_t)be16toh(b);
}

static int32_t take_i32(struct wire *w)
{
    uint32_t b;

    take(w, &b, 4);
    return (int32_t)be32toh(b);
}

/* An unsigned varint: seven bits a byte, lowest first, at most five bytes. */
static uint32_t take_varint(struct wire *w)
{
    uint32_t v = 0;

    for (unsigned shift = 0; shift < 35; shift += 7) {
        uint8_t b;

        take(w, &b, 1);
        v |= (uint32_t)(b & 0x7f) << shift;
        if (!(b & 0x80))
            return v;
    }
    w->bad = true;
    return 0;
}

static void skip(struct wire *w, size_t len)
{
    if (w->bad || len > w->size - w->at)
        w->bad = true;
    else
        w->at += len;
}

/* Tagged fields (KIP-482): a count, then tag, size and bytes of each field. */
static void skip_tags(struct wire *w)
{
    for (uint32_t n = take_varint(w); n > 0 && !w->bad; n--) {
        (void)take_varint(w);
        skip(w, take_varint(w));
    }
}

/* ---- a request and its reply -------------------------------------------- */

static int wait_for(int fd, short events, int64_t deadline_us, struct err *err)
{
    for (;;) {
        int64_t left_us = deadline_us - clk_monotonic_us();
        struct pollfd p = {.fd = fd, .events = events};
        int n;

        if (left_us <= 0)
            return err_set(err, -ETIMEDOUT, "no answer in time");
        n = poll(&p, 1, (int)(left_us / US_PER_MS) + 1);
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return err_errno(err, "poll");
    }
}

/* A non-blocking connect(2), since a blocking one could outlast the deadline.
 */
static int dial(const struct addrinfo *to, int64_t deadline_us, int *ret,
                struct err *err)
{
    AUTO_FD int fd =
        socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int failed = 0;
    socklen_t len = sizeof(failed);

    if (fd < 0)
        return err_errno(err, "socket");
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0) {
        if (errno != EINPROGRESS)
            return err_errno(err, "connect");
        if (wait_for(fd, POLLOUT, deadline_us, err) < 0)
            return err->code;
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &len) < 0)
            return err_errno(err, "connect");
        if (failed) {
            errno = failed;
            return err_errno(err, "connect");
        }
    }
    *ret = fd;
    fd = -1;
    return 0;
}

static int resolve_and_dial(const char *address, int64_t deadline_us, int *ret,
                            struct err *err)
{
    const char *colon = strrchr(address, ':');
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char host[256];
    int rc;

    if (!colon || (size_t)(colon - address) >= sizeof(host))
        return err_set(err, -EINVAL, "not host:port");
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = '\0';
    rc = getaddrinfo(host, colon + 1, &hints, &found);
    if (rc != 0)
        return err_set(err, -EHOSTUNREACH, "%s", gai_strerror(rc));
    rc = dial(found, deadline_us, ret, err);
    freeaddrinfo(found);
    return rc;
}

static int send_whole(int fd, const uint8_t *data, size_t len,
                      int64_t deadline_us, struct err *err)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

        if (n >= 0) {
            data += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN) {
            if (wait_for(fd, POLLOUT, deadline_us, err) < 0)
                return err->code;
        } else if (errno != EINTR) {
            return err_errno(err, "send");
        }
    }
    return 0;
}

static int receive_whole(int fd, uint8_t *data, size_t len, int64_t deadline_us,
                         struct err *err)
{
    while (len > 0) {
        ssize_t n = recv(fd, data, len, 0);

        if (n > 0) {
            data += n;
            len -= (size_t)n;
        } else if (n == 0) {
            return err_set(err, -ECONNRESET, "closed without an answer");
        } else if (errno == EAGAIN) {
            if (wait_for(fd, POLLIN, deadline_us, err) < 0)
                return err->code;
        } else if (errno != EINTR) {
            return err_errno(err, "receive");
        }
    }
    return 0;
}

/* Send `request` with its length in front, and receive the reply into `reply`,
 * positioned behind the correlation id. */
static int exchange(const char *address, const struct wire *request,
                    int64_t timeout_us, struct wire *reply, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    uint32_t size = htobe32((uint32_t)request->at);
    AUTO_FD int fd = -1;

    if (resolve_and_dial(address, deadline_us, &fd, err) < 0 ||
        send_whole(fd, (uint8_t *)&size, 4, deadline_us, err) < 0 ||
        send_whole(fd, request->data, request->at, deadline_us, err) < 0 ||
        receive_whole(fd, (uint8_t *)&size, 4, deadline_us, err) < 0)
        return err->code;
    size = be32toh(size);
    if (size < 4 || size > reply->size)
        return err_set(err, -EPROTO,
                       "an answer of an impossible length: %u bytes", size);
    if (receive_whole(fd, reply->data, size, deadline_us, err) < 0)
        return err->code;
    reply->size = size;
    if (take_i32(reply) != CORRELATION)
        return err_set(err, -EPROTO, "the answer belongs to another request");
    return 0;
}

static void put_header(struct wire *w, int api, int version)
{
    put_i16(w, api);
    put_i16(w, version);
    put_i32(w, CORRELATION);
    put_i16(w, sizeof(client_id) - 1);
    put(w, client_id, sizeof(client_id) - 1);
}

/* ---- the questions ----------------------------------------------------- */

/* DescribeQuorum, version 0, of topic __cluster_metadata, partition 0. The
 * version is flexible: compact arrays and strings have length + 1 in front. */
static void put_describe_quorum(struct wire *w)
{
    put_header(w, DESCRIBE_QUORUM, 0);
    put_u8(w, 0); /* no tags in the header */
    put_u8(w, 2);
    put_u8(w, sizeof(metadata_topic));
    put(w, metadata_topic, sizeof(metadata_topic) - 1);
    put_u8(w, 2);
    put_i32(w, 0);
    put_u8(w, 0); /* no tags: partition, topic, request */
    put_u8(w, 0);
    put_u8(w, 0);
}

static int take_leader(struct wire *w, int32_t *ret, struct err *err)
{
    int failed, partition_failed;
    uint32_t topics, partitions;
    int32_t leader;

    skip_tags(w);
    failed = take_i16(w);
    if (!w->bad && failed != 0)
        return err_set(err, -EAGAIN, "the quorum: Kafka error %d", failed);
    topics = take_varint(w);
    skip(w, take_varint(w) - 1); /* the topic's name */
    partitions = take_varint(w);
    (void)take_i32(w); /* the partition's index */
    partition_failed = take_i16(w);
    leader = take_i32(w);
    if (w->bad || topics != 2 || partitions != 2)
        return err_set(err, -EPROTO,
                       "the answer to DescribeQuorum is cut short");
    if (partition_failed != 0 || leader < 0)
        return err_set(err, -EAGAIN, "the quorum has no leader (error %d)",
                       partition_failed);
    *ret = leader;
    return 0;
}

static int ask_leader(const char *address, int64_t timeout_us, int32_t *ret,
                      struct err *err)
{
    uint8_t out[128], in[REPLY_MAX];
    struct wire request = {.data = out, .size = sizeof(out)};
    struct wire reply = {.data = in, .size = sizeof(in)};

    put_describe_quorum(&request);
    if (exchange(address, &request, timeout_us, &reply, err) < 0 ||
        take_leader(&reply, ret, err) < 0)
        return err_context(err, "%s", address);
    return 0;
}

int quorum_leader(const char *bootstrap, int64_t timeout_us, int32_t *ret,
                  struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    AUTO_FREE char *list = must_strdup(bootstrap);
    struct err last = {0};
    char *rest = list;
    size_t left = 1;

    for (const char *c = list; *c; c++)
        left += *c == ',';
    for (char *one; (one = strsep(&rest, ",")) != NULL; left--) {
        /* an equal share of the time left for each broker left */
        int64_t left_us = deadline_us - clk_monotonic_us();

        last = (struct err){0};
        if (ask_leader(one, left_us / (int64_t)left, ret, &last) == 0)
            return 0;
    }
    return err_set(err, last.code, "%s", last.text);
}

int broker_answers(const char *address, int64_t timeout_us, struct err *err)
{
    uint8_t out[128], in[REPLY_MAX];
    struct wire request = {.data = out, .size = sizeof(out)};
    struct wire reply = {.data = in, .size = sizeof(in)};

    put_header(&request, API_VERSIONS, 0);
    if (exchange(address, &request, timeout_us, &reply, err) < 0)
        return err_context(err, "%s", address);
    if (take_i16(&reply) != 0 || reply.bad)
        return err_set(err, -EPROTO, "%s: refuses ApiVersions", address);
    return 0;
}

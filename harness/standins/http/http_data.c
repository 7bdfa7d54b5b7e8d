/* http_data.c - take a request, log the request, answer as ordered. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clk.h"
#include "base/cond.h"
#include "standins/http/http_program.h"

/* A request as far as received: the row and everything behind the row in a
 * single piece, ready to be written. */
struct incoming {
    char *bytes; /* starts with a struct request_row */
    size_t len, cap;
    bool trusted; /* bears the credential, or none is asked for */
    bool let_go;  /* held back, and reset without an answer on purpose */
};

enum {
    LOOK_US = 500 * US_PER_MS, /* between two looks for clients that have hung
                                  up */
    RESERVE_MAX = 4 << 20,
};

static struct request_row *row_of(const struct incoming *in)
{
    return (struct request_row *)(void *)in->bytes;
}

static bool append(struct incoming *in, const void *data, size_t len)
{
    if (len == 0)
        return true;
    if (in->len + len > in->cap) {
        size_t cap = 2 * (in->len + len);
        char *more = realloc(in->bytes, cap);

        if (!more)
            return false;
        in->bytes = more;
        in->cap = cap;
    }
    memcpy(in->bytes + in->len, data, len);
    in->len += len;
    return true;
}

/* Makes room for the body that the sender announces, so that a large body is
 * not moved as it grows. What is beyond RESERVE_MAX grows, and no room now is
 * no error: append() asks again. */
static void reserve(struct incoming *in, const char *content_length)
{
    uint64_t announced =
        content_length ? strtoull(content_length, NULL, 10) : 0;
    size_t cap = in->len + (announced < RESERVE_MAX ? announced : RESERVE_MAX);
    char *more = cap > in->cap ? realloc(in->bytes, cap) : NULL;

    if (!more)
        return;
    in->bytes = more;
    in->cap = cap;
}

static uint16_t short_len(const char *text)
{
    size_t n = text ? strlen(text) : 0;

    return (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
}

static uint32_t peer_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr_in *in;

    if (!i || !i->client_addr || i->client_addr->sa_family != AF_INET)
        return 0;
    in = (const struct sockaddr_in *)(const void *)i->client_addr;
    return in->sin_addr.s_addr;
}

static bool bears_credential(const struct sink *s, struct MHD_Connection *c)
{
    static const char scheme[] = "Bearer ";
    const char *said =
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");

    if (!s->credential[0])
        return true;
    return said && strncmp(said, scheme, sizeof(scheme) - 1) == 0 &&
           strcmp(said + sizeof(scheme) - 1, s->credential) == 0;
}

static struct incoming *incoming_new(const struct sink_listener *l,
                                     struct MHD_Connection *c, const char *url,
                                     const char *method)
{
    const char *source =
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Ordeal-Source");
    struct request_row row = {
        .magic = REQUEST_ROW_MAGIC,
        .peer = peer_of(c),
        .local = l->address.s_addr,
        .method_len = short_len(method),
        .path_len = short_len(url),
        .source_len = short_len(source),
    };
    struct incoming *in = calloc(1, sizeof(*in));

    if (in)
        in->trusted = bears_credential(l->sink, c);
    if (in && append(in, &row, sizeof(row)) &&
        append(in, method, row.method_len) && append(in, url, row.path_len) &&
        append(in, source, row.source_len)) {
        reserve(in, MHD_lookup_connection_value(c, MHD_HEADER_KIND,
                                                "Content-Length"));
        return in;
    }
    if (in)
        free(in->bytes);
    free(in);
    return NULL;
}

static bool take_body(struct incoming *in, const char *data, size_t len)
{
    struct request_row *row = row_of(in);
    size_t kept = len;

    if (kept > BODY_MAX - row->body_len) {
        kept = BODY_MAX - row->body_len;
        row->flags |= REQUEST_BODY_CUT;
    }
    row->body_len += (uint32_t)kept;
    return append(in, data, kept);
}

/* The status without any order. */
static unsigned own_status(const struct incoming *in)
{
    if (!in->trusted)
        return MHD_HTTP_UNAUTHORIZED;
    if (row_of(in)->flags & REQUEST_BODY_CUT)
        return MHD_HTTP_CONTENT_TOO_LARGE;
    return MHD_HTTP_OK;
}

/* Treat the request by the order in force. Under the lock. */
static struct treatment decide(struct sink *s, struct incoming *in)
{
    struct request_row *row = row_of(in);
    const struct sink_behaviour *b = s->order.row;
    const struct asked r = {in->bytes + in->len - row->body_len, row->body_len};
    struct treatment t = {.status = own_status(in), .retry_after_s = -1};

    if (b && b->strike)
        b->strike(s, s->order.how, &r, &t);
    if (t.struck) {
        s->applied++;
        row->flags |= REQUEST_MISBEHAVED;
    }
    if (t.no_answer)
        row->flags |= REQUEST_RESET;
    row->status = (uint16_t)t.status;
    return t;
}

static int fd_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

    return i ? i->connect_fd : -1;
}

/* A client that closed its side of the connection is gone: HTTP clients have no
 * other reason to close while waiting. */
static bool has_hung_up(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};

    return poll(&p, 1, 0) > 0;
}

/* Hold the request back as treated, until the next order or the end of the
 * program. Under the lock, released while waiting. false: the client has hung
 * up, and the connection can be used for others, as their number is limited. */
static bool hold_back(struct sink *s, const struct treatment *t,
                      int64_t since_us, int fd)
{
    uint64_t order = s->order_number;
    bool endless = t->hold_us == HOLD_ON;
    bool there = true;

    s->held++;
    while (there && !s->stopping && s->order_number == order) {
        int64_t now_us = clk_monotonic_us();
        int64_t until = endless ? now_us + LOOK_US : since_us + t->hold_us;

        if (until <= now_us)
            break;
        (void)cond_wait_until(&s->changed, &s->lock, until);
        there = !endless || !has_hung_up(fd);
    }
    s->held--;
    return there;
}

/* Log the request and wait as treated. false: the request cannot be answered.
 */
static bool settle(struct sink *s, struct incoming *in, int fd,
                   struct treatment *ret)
{
    struct request_row *row = row_of(in);
    int64_t now_us = clk_monotonic_us();
    struct err err = {0};
    bool good;

    row->tail_crc = crc32c(0, in->bytes + sizeof(*row), in->len - sizeof(*row));
    pthread_mutex_lock(&s->lock);
    good = !s->failed && !s->stopping;
    if (good) {
        *ret = decide(s, in);
        if (sink_log_append(s, row, &err) < 0) {
            /* a request that is not in the log must not be acknowledged, and no
             * row may be written behind a torn row */
            s->failed = true;
            good = false;
            (void)fprintf(stderr, "%s\n", err.text);
        }
    }
    if (good && ret->hold_us > 0 && !hold_back(s, ret, now_us, fd))
        ret->no_answer = true;
    pthread_mutex_unlock(&s->lock);
    return good;
}

static enum MHD_Result send_answer(struct MHD_Connection *c,
                                   const struct treatment *t)
{
    struct MHD_Response *r =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result rc;
    char text[24];

    if (!r)
        return MHD_NO;
    if (t->retry_after_s >= 0) {
        (void)snprintf(text, sizeof(text), "%lld", (long long)t->retry_after_s);
        (void)MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, text);
    }
    rc = MHD_queue_response(c, t->status, r);
    MHD_destroy_response(r);
    return rc;
}

/* Let the sender see a reset (RST) instead of an ordinary close (FIN). */
static enum MHD_Result reset(struct MHD_Connection *c)
{
    static const struct linger at_once = {.l_onoff = 1};

    (void)setsockopt(fd_of(c), SOL_SOCKET, SO_LINGER, &at_once,
                     sizeof(at_once));
    return MHD_NO;
}

SINK_HANDLER(sink_data)
{
    struct sink_listener *l = cls;
    struct incoming *in = *request_cls;
    struct treatment t;

    (void)version;
    if (!in) {
        *request_cls = incoming_new(l, connection, url, method);
        return *request_cls ? MHD_YES : MHD_NO;
    }
    if (*upload_data_size > 0) {
        bool kept = take_body(in, upload_data, *upload_data_size);

        *upload_data_size = 0;
        return kept ? MHD_YES : MHD_NO;
    }
    if (!settle(l->sink, in, fd_of(connection), &t))
        return MHD_NO;
    in->let_go = t.no_answer;
    return t.no_answer ? reset(connection) : send_answer(connection, &t);
}

/* The log may hold a row whose answer never left. The sender then rightly sends
 * the record again, and the copy is not the sender's fault. */
static void tell_unanswered(const struct incoming *in,
                            enum MHD_RequestTerminationCode why)
{
    const struct request_row *row = row_of(in);

    if (row->status == 0 || in->let_go ||
        why == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        return;
    (void)fprintf(stderr,
                  "request %llu was written down as answered with %u, and its "
                  "answer was not sent (libmicrohttpd's reason %d)\n",
                  (unsigned long long)row->number, (unsigned)row->status,
                  (int)why);
}

void sink_data_done(void *cls, struct MHD_Connection *connection,
                    void **request_cls, enum MHD_RequestTerminationCode why)
{
    struct incoming *in = *request_cls;

    (void)cls;
    (void)connection;
    if (!in)
        return;
    tell_unanswered(in, why);
    free(in->bytes);
    free(in);
    *request_cls = NULL;
}

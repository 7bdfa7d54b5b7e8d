/* connection.c - frames over one connection to one broker. */
#include "client/wire/connection.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/memory.h"
#include "client/wire/wire_messages.h"
#include "client/wire/wire_tcp_own.h"
#include "client/wire/wire_tls_own.h"

enum {
    FIRST_CORRELATION = 0x6f726465, /* "orde" in a packet dump */
    SIZE_LEN = 4,
    /* First room for an answer. More room is made only as bytes arrive, so a
     * length without bytes behind costs nothing. */
    ANSWER_FIRST = 4096,
};

struct wire {
    char *address;
    int fd;
    struct tls *tls; /* NULL: plaintext */
    size_t answer_max;
    struct wire_api api; /* of the request begun last */
    int32_t correlation; /* of the request begun last */
    struct wire_out out; /* the request, with its size in front */
    uint8_t *in;         /* the answer, without its size */
    size_t in_cap;
    bool lost; /* out of step with the broker */
};

static int put_bytes(struct wire *w, const void *data, size_t len,
                     int64_t deadline_us, struct err *err)
{
    return w->tls ? tls_send(w->tls, data, len, deadline_us, err)
                  : tcp_send(w->fd, data, len, deadline_us, err);
}

static int get_bytes(struct wire *w, void *data, size_t len,
                     int64_t deadline_us, struct err *err)
{
    uint8_t *at = data;

    while (len > 0) {
        int n = w->tls ? tls_receive(w->tls, at, len, deadline_us, err)
                       : tcp_receive(w->fd, at, len, deadline_us, err);

        if (n < 0)
            return n;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

/* ---- a request and its answer -------------------------------------------- */

struct wire_out *wire_request(struct wire *w, const struct wire_api *api)
{
    struct wire_out *out = &w->out;

    w->api = *api;
    w->correlation++;
    out->len = 0;
    out->bad = false;
    out->flexible = false; /* the client id has the old form in all headers */
    wire_put_i32(out, 0);  /* the size, filled in when sent */
    wire_put_i16(out, api->key);
    wire_put_i16(out, api->version);
    wire_put_i32(out, w->correlation);
    wire_put_string(out, "ordeal");
    out->flexible = api->flexible;
    wire_put_no_tags(out);
    return out;
}

/* A TLS alert begins with the bytes 21 and 3: the answer of a TLS server to
 * bytes without TLS. */
static int refuse_size(const struct wire *w, uint32_t size, struct err *err)
{
    if (!w->tls && size >> 16 == 0x1503)
        return err_set(err, -EPROTO,
                       "the answer is a TLS alert, not Kafka's: use SSL or "
                       "SASL_SSL, or the port of a plaintext listener");
    return err_set(err, -EPROTO,
                   "an answer of an impossible length: %u bytes, limit %zu",
                   size, w->answer_max);
}

static int get_answer(struct wire *w, int64_t deadline_us, size_t *ret_len,
                      struct err *err)
{
    uint32_t size;
    size_t len = 0;

    if (get_bytes(w, &size, SIZE_LEN, deadline_us, err) < 0)
        return err->code;
    size = be32toh(size);
    if (size < sizeof(w->correlation) || size > w->answer_max)
        return refuse_size(w, size, err);
    while (len < size) {
        size_t part = w->in_cap - len;

        if (part == 0) {
            w->in_cap = w->in_cap ? w->in_cap * 2 : ANSWER_FIRST;
            w->in = must_realloc(w->in, w->in_cap, 1);
            continue;
        }
        if (part > size - len)
            part = size - len;
        if (get_bytes(w, w->in + len, part, deadline_us, err) < 0)
            return err->code;
        len += part;
    }
    *ret_len = len;
    return 0;
}

/* Of all answers, only the answer to ApiVersions has the old header in flexible
 * versions too (KIP-511): both sides must understand the answer before either
 * knows the versions of the other. */
static int open_answer(const struct wire *w, size_t len, struct wire_in *ret,
                       struct err *err)
{
    bool tags = w->api.flexible && w->api.key != WIRE_API_VERSIONS;
    struct wire_in in = wire_in_of(w->in, len, tags);

    if (wire_take_i32(&in) != w->correlation)
        return err_set(err, -EPROTO, "the answer belongs to another request");
    wire_skip_tags(&in);
    in.flexible = w->api.flexible;
    *ret = in;
    return 0;
}

int wire_call(struct wire *w, int64_t timeout_us, struct wire_in *ret,
              struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    uint32_t size = htobe32((uint32_t)(w->out.len - SIZE_LEN));
    size_t len = 0;

    if (w->lost)
        return err_set(err, -ENOTCONN, "%s: the connection was lost before",
                       w->address);
    if (w->out.bad)
        return err_set(err, -EMSGSIZE, "%s: a field of request %d is too long",
                       w->address, w->api.key);
    memcpy(w->out.data, &size, SIZE_LEN);
    if (put_bytes(w, w->out.data, w->out.len, deadline_us, err) < 0 ||
        get_answer(w, deadline_us, &len, err) < 0 ||
        open_answer(w, len, ret, err) < 0) {
        w->lost = true;
        return err_context(err, "%s", w->address);
    }
    return 0;
}

/* ---- SASL ---------------------------------------------------------------- */

/* SaslHandshake names the mechanism, SaslAuthenticate carries the tokens of
 * the mechanism (KIP-43, KIP-152); PLAIN has a single token (RFC 4616). */
static int log_in(struct wire *w, const struct access_security *s,
                  int64_t deadline_us, struct err *err)
{
    struct wire_in in;

    sasl_handshake_put(wire_request(w, &sasl_handshake), "PLAIN");
    if (wire_call(w, deadline_us - clk_monotonic_us(), &in, err) < 0)
        return err->code;
    if (sasl_handshake_take(&in, "PLAIN", err) < 0)
        return err_context(err, "%s", w->address);
    sasl_plain_put(wire_request(w, &sasl_authenticate), s->user, s->password);
    if (wire_call(w, deadline_us - clk_monotonic_us(), &in, err) < 0)
        return err->code;
    if (sasl_authenticate_take(&in, s->user, err) < 0)
        return err_context(err, "%s", w->address);
    return 0;
}

/* ---- opening ------------------------------------------------------------- */

static int secure(struct wire *w, const struct access_security *s,
                  int64_t deadline_us, struct err *err)
{
    char host[TCP_HOST_MAX];
    const char *port;

    if (tcp_split(w->address, host, &port, err) < 0 ||
        tls_open(w->fd, host, s, deadline_us, &w->tls, err) < 0)
        return err_context(err, "%s", w->address);
    return 0;
}

static int climb(struct wire *w, const struct wire_spec *spec, struct err *err)
{
    static const struct access_security plaintext;
    int64_t deadline_us = clk_monotonic_us() + spec->timeout_us;
    const struct access_security *s =
        spec->security ? spec->security : &plaintext;

    access_keep_secret(s);
    if (access_check(s, err) < 0 ||
        tcp_dial(w->address, deadline_us, &w->fd, err) < 0)
        return err_context(err, "%s", w->address);
    if (access_uses_tls(s) && secure(w, s, deadline_us, err) < 0)
        return err->code;
    if (access_uses_sasl(s) && log_in(w, s, deadline_us, err) < 0)
        return err->code;
    return 0;
}

int wire_open(const struct wire_spec *spec, struct wire **ret, struct err *err)
{
    struct wire *w = must_calloc(1, sizeof(*w));

    w->address = must_strdup(spec->address);
    w->fd = -1;
    w->answer_max = spec->answer_max ? spec->answer_max : WIRE_ANSWER_MAX;
    w->correlation = FIRST_CORRELATION - 1;
    if (climb(w, spec, err) < 0) {
        wire_close(w);
        return err->code;
    }
    *ret = w;
    return 0;
}

const char *wire_address(const struct wire *w)
{
    return w->address;
}

void wire_close(struct wire *w)
{
    if (!w)
        return;
    tls_close(w->tls);
    if (w->fd >= 0)
        (void)close(w->fd);
    wire_out_done(&w->out);
    free(w->in);
    free(w->address);
    free(w);
}

/* tls_server.c - a server of a test, with or without TLS. */
#include "tls_server.h"

#include <arpa/inet.h>
#include <check.h>
#include <endian.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/own.h"
#include "client/wire/wire_codec.h"
#include "client/wire/wire_messages.h"

bool peer_read(struct peer *p, void *to, size_t len)
{
    char *at = to;

    while (len > 0) {
        ssize_t n =
            p->ssl ? SSL_read(p->ssl, at, (int)len) : recv(p->fd, at, len, 0);

        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

void peer_write(struct peer *p, const void *data, size_t len)
{
    if (p->ssl)
        best_effort(SSL_write(p->ssl, data, (int)len));
    else
        best_effort(send(p->fd, data, len, MSG_NOSIGNAL));
}

/* After a refused handshake the server reads to the end before closing. A close
 * with unread bytes would reset the connection, and the reset could overtake
 * the alert. */
static void serve_one(struct tls_server *s, int fd)
{
    struct peer p = {.fd = fd};
    char rest[512];

    if (s->tls) {
        p.ssl = SSL_new(s->tls);
        (void)SSL_set_fd(p.ssl, fd);
    }
    if (!p.ssl || SSL_accept(p.ssl) == 1) {
        s->shaken++;
        s->serve(&p, s->ctx);
    }
    (void)shutdown(fd, SHUT_WR);
    while (recv(fd, rest, sizeof(rest), 0) > 0)
        ;
    SSL_free(p.ssl);
}

static void *run(void *ctx)
{
    struct tls_server *s = ctx;
    sigset_t pipe;

    /* SSL_write() to a client already gone would end the test */
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    while (!s->ends) {
        AUTO_FD int fd = accept(s->fd, NULL, NULL);

        if (fd >= 0 && !s->ends)
            serve_one(s, fd);
    }
    return NULL;
}

static SSL_CTX *context(const struct tls_server *s)
{
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());

    ck_assert_int_eq(SSL_CTX_use_certificate_chain_file(c, s->cert), 1);
    ck_assert_int_eq(SSL_CTX_use_PrivateKey_file(c, s->cert, SSL_FILETYPE_PEM),
                     1);
    if (s->client_ca) {
        ck_assert_int_eq(SSL_CTX_load_verify_locations(c, s->client_ca, NULL),
                         1);
        SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           NULL);
    }
    return c;
}

void tls_server_start(struct tls_server *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);

    s->tls = s->cert ? context(s) : NULL;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(s->fd, (struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(listen(s->fd, 8), 0);
    ck_assert_int_eq(getsockname(s->fd, (struct sockaddr *)&at, &len), 0);
    s->port = ntohs(at.sin_port);
    ck_assert_int_eq(pthread_create(&s->thread, NULL, run, s), 0);
}

void tls_server_stop(struct tls_server *s)
{
    s->ends = true;
    (void)shutdown(s->fd, SHUT_RDWR);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->fd);
    SSL_CTX_free(s->tls);
}

/* ---- a broker ------------------------------------------------------------ */

static void put_versions(const struct fake_broker *b, int version,
                         struct wire_out *out)
{
    bool known = version <= b->versions_most;
    size_t apis = known ? 3 : b->names_itself ? 1 : 0;
    const int16_t keys[] = {WIRE_API_VERSIONS, WIRE_DESCRIBE_QUORUM, 9999};

    out->flexible = known && version >= 3;
    wire_put_i16(out, known ? 0 : WIRE_UNSUPPORTED_VERSION);
    wire_put_array(out, apis);
    for (size_t i = 0; i < apis; i++) {
        wire_put_i16(out, keys[i]);
        wire_put_i16(out, 0);
        wire_put_i16(out, i == 0 ? (int16_t)b->versions_most : 2);
        wire_put_no_tags(out);
    }
    if (known && version > 0)
        wire_put_i32(out, 0);
    wire_put_no_tags(out);
}

static void put_authenticated(const struct fake_broker *b, struct wire_in *in,
                              struct wire_out *out)
{
    struct wire_slice token = wire_take_bytes(in);
    char wanted[256];
    size_t len = (size_t)snprintf(wanted, sizeof(wanted), "%c%s%c%s", 0,
                                  b->user, 0, b->password);
    bool good = token.len == len && memcmp(token.data, wanted, len) == 0;

    wire_put_i16(out, good ? 0 : WIRE_SASL_AUTHENTICATION_FAILED);
    wire_put_string(out, good ? NULL : "Invalid username or password");
    wire_put_bytes(out, "", 0);
    wire_put_i64(out, 0);
    wire_put_no_tags(out);
}

static void put_handshake(const struct fake_broker *b, struct wire_in *in,
                          struct wire_out *out)
{
    struct wire_slice wanted = wire_take_string(in);
    bool plain = wanted.len == 5 && memcmp(wanted.data, "PLAIN", 5) == 0;

    wire_put_i16(out, !b->user               ? WIRE_ILLEGAL_SASL_STATE
                      : plain && b->password ? 0
                                             : WIRE_UNSUPPORTED_SASL_MECHANISM);
    wire_put_array(out, 2);
    wire_put_string(out, "SCRAM-SHA-512");
    wire_put_string(out, "GSSAPI");
}

static void put_quorum(const struct fake_broker *b, struct wire_out *out)
{
    wire_put_i16(out, 0);
    wire_put_array(out, 1);
    wire_put_string(out, "__cluster_metadata");
    wire_put_array(out, 1);
    wire_put_i32(out, 0);
    wire_put_i16(out, 0);
    wire_put_i32(out, b->leader);
    wire_put_i32(out, 5);
    wire_put_i64(out, 100);
    wire_put_array(out, 0);
    wire_put_array(out, 0);
    for (int i = 0; i < 3; i++)
        wire_put_no_tags(out);
}

static void answer(struct fake_broker *b, struct wire_in *in,
                   struct wire_out *out)
{
    int key = wire_take_i16(in), version = wire_take_i16(in);

    if (key >= 0 && key < 128)
        b->asked[key]++;
    wire_put_i32(out, wire_take_i32(in));
    (void)wire_take_nullable_string(in);
    in->flexible = out->flexible = (key == WIRE_API_VERSIONS && version >= 3) ||
                                   key == WIRE_SASL_AUTHENTICATE ||
                                   key == WIRE_DESCRIBE_QUORUM;
    wire_skip_tags(in);
    if (key != WIRE_API_VERSIONS)
        wire_put_no_tags(out);
    if (key == WIRE_API_VERSIONS)
        put_versions(b, version, out);
    else if (key == WIRE_SASL_HANDSHAKE)
        put_handshake(b, in, out);
    else if (key == WIRE_SASL_AUTHENTICATE)
        put_authenticated(b, in, out);
    else
        put_quorum(b, out);
    ck_assert_msg(!in->bad, "request %d: %s", key, in->bad);
}

void fake_broker_serve(struct peer *p, void *broker)
{
    uint8_t frame[1024];
    uint32_t size;

    while (peer_read(p, &size, sizeof(size))) {
        size_t len = be32toh(size);
        struct wire_out out = {.flexible = false};
        struct wire_in in = wire_in_of(frame, len, false);

        if (len > sizeof(frame) || !peer_read(p, frame, len))
            return;
        answer(broker, &in, &out);
        size = htobe32((uint32_t)out.len);
        peer_write(p, &size, sizeof(size));
        peer_write(p, out.data, out.len);
        wire_out_done(&out);
    }
}

/* ---- a worker ------------------------------------------------------------ */

void fake_worker_serve(struct peer *p, void *head)
{
    static const char says[] = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n"
                               "Connection: close\r\n\r\n"
                               "{\"version\": \"test\"}";
    char *at = head;
    size_t len = 0;

    while (len < FAKE_HEAD - 1 && peer_read(p, at + len, 1)) {
        at[++len] = 0;
        if (strstr(at, "\r\n\r\n"))
            break;
    }
    peer_write(p, says, sizeof(says) - 1);
    if (p->ssl)
        (void)SSL_shutdown(p->ssl);
}

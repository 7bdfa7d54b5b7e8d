/* tls_server.h - a server of a test on 127.0.0.1, with or without TLS,
 * speaking some of Kafka's protocol or of HTTP. */
#ifndef TESTS_TLS_SERVER_H
#define TESTS_TLS_SERVER_H

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A connection accepted. */
struct peer {
    int fd;
    SSL *ssl; /* NULL: plaintext */
};

struct tls_server {
    /* Set by the caller, before tls_server_start(). */
    const char *cert; /* PEM file with key, certificate, chain; NULL: plaintext
                       */
    const char *client_ca; /* authorities trusted for certificates of
                              clients, then required; NULL: not required */
    void (*serve)(struct peer *p, void *ctx); /* a connection, to the end */
    void *ctx;

    int fd, port;
    SSL_CTX *tls;
    pthread_t thread;
    atomic_bool ends;
    atomic_int shaken; /* TLS handshakes with success */
};

void tls_server_start(struct tls_server *s);
void tls_server_stop(struct tls_server *s);

/* Read exactly `len` bytes; false: the peer has closed. Write all. */
bool peer_read(struct peer *p, void *to, size_t len);
void peer_write(struct peer *p, const void *data, size_t len);

/* A broker: ApiVersions, SaslHandshake, SaslAuthenticate, DescribeQuorum. */
struct fake_broker {
    const char *user, *password; /* of SASL/PLAIN; NULL: not asked for */
    int versions_most;           /* highest version of ApiVersions known */
    bool names_itself; /* tells versions_most when asked in another (KIP-511) */
    int32_t leader;
    atomic_int asked[128]; /* requests by API key */
};
void fake_broker_serve(struct peer *p, void *broker);

/* A worker: answers each request with 200 and {"version": "test"}. ctx: a
 * buffer of FAKE_HEAD bytes for the head of the last request. */
enum { FAKE_HEAD = 4096 };
void fake_worker_serve(struct peer *p, void *head);

#endif

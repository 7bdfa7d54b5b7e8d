/* wire_tls.c - TLS over a non-blocking socket, by OpenSSL. */
#include "client/wire/wire_tls_own.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "client/tls_words_own.h"
#include "client/wire/wire_certificate_own.h"
#include "client/wire/wire_tcp_own.h"

struct tls {
    int fd;
    char *host, *ca, *cert;
    struct access_security words; /* the parts named in errors */
    SSL_CTX *ctx;
    SSL *ssl;
    BIO_METHOD *method;
    bool closed;      /* the server has closed the TCP connection */
    char defect[256]; /* about the server's certificate; "": none */
    char key_password[256];
};

/* ---- bytes between OpenSSL and the socket -------------------------------- */

/* OpenSSL's own socket BIO writes with write(2) and so raises SIGPIPE. */
static int bio_write(BIO *b, const char *data, int len)
{
    struct tls *t = BIO_get_data(b);
    ssize_t n = send(t->fd, data, (size_t)len, MSG_NOSIGNAL);

    BIO_clear_retry_flags(b);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(b);
    return (int)n;
}

static int bio_read(BIO *b, char *data, int len)
{
    struct tls *t = BIO_get_data(b);
    ssize_t n = recv(t->fd, data, (size_t)len, 0);

    BIO_clear_retry_flags(b);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(b);
    t->closed |= n == 0;
    return (int)n;
}

static long bio_control(BIO *b, int command, long number, void *pointer)
{
    (void)b;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO *bio_new(struct tls *t)
{
    BIO *b;

    t->method = must_have(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "ordeal"));
    (void)BIO_meth_set_write(t->method, bio_write);
    (void)BIO_meth_set_read(t->method, bio_read);
    (void)BIO_meth_set_ctrl(t->method, bio_control);
    b = must_have(BIO_new(t->method));
    BIO_set_data(b, t);
    BIO_set_init(b, 1);
    return b;
}

/* ---- failures ------------------------------------------------------------ */

/* The first defect found in the chain is kept in words while OpenSSL still has
 * the certificate: after a failed handshake no certificate can be asked for. */
static int on_verify(int sound, X509_STORE_CTX *store)
{
    const SSL *ssl =
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *t = SSL_get_app_data(ssl);

    if (!sound && !t->defect[0])
        certificate_defect(store, t->defect, sizeof(t->defect));
    return sound;
}

static int failed(struct tls *t, struct err *err)
{
    int system = errno;
    long verdict = SSL_get_verify_result(t->ssl);
    unsigned long code = ERR_get_error();
    const char *reason = ERR_reason_error_string(code);

    if (verdict != X509_V_OK && t->defect[0])
        return tls_refused(tls_cause_of_verify(verdict), &t->words, t->host,
                           t->defect, err);
    if (t->closed)
        return err_set(err, -ECONNRESET, "closed without an answer");
    if (ERR_GET_LIB(code) == ERR_LIB_SSL)
        return tls_refused(tls_cause_of_reason(ERR_GET_REASON(code)), &t->words,
                           t->host, reason, err);
    errno = system;
    return code == 0 ? err_errno(err, "TLS")
                     : err_set(err, -EPROTO, "TLS failed: %s", reason);
}

/* After an operation without success: 0 when the operation can be tried
 * again. */
static int await(struct tls *t, int result, int64_t deadline_us,
                 struct err *err)
{
    switch (SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return tcp_wait(t->fd, POLLIN, deadline_us, err);
    case SSL_ERROR_WANT_WRITE:
        return tcp_wait(t->fd, POLLOUT, deadline_us, err);
    case SSL_ERROR_ZERO_RETURN:
        return err_set(err, -ECONNRESET, "closed without an answer");
    }
    return failed(t, err);
}

/* ---- the files of the access --------------------------------------------- */

/* Without a password the key cannot be read; OpenSSL would ask the terminal. */
static int give_password(char *to, int room, int writing, void *ctx)
{
    const struct tls *t = ctx;
    size_t len = strlen(t->key_password);

    (void)writing;
    if (len > (size_t)room)
        return -1;
    memcpy(to, t->key_password, len);
    return (int)len;
}

static int unfit(const char *what, const char *path, struct err *err)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());

    return err_set(err, -EINVAL, "%s %s: %s", what, path,
                   reason ? reason : "cannot be read");
}

static int load_files(struct tls *t, const struct access_security *s,
                      struct err *err)
{
    const char *key = s->key ? s->key : s->cert;

    if (s->key_password && strlen(s->key_password) >= sizeof(t->key_password))
        return err_set(err, -EINVAL, "the password of key %s is too long", key);
    if (s->key_password)
        memcpy(t->key_password, s->key_password, strlen(s->key_password));
    SSL_CTX_set_default_passwd_cb(t->ctx, give_password);
    SSL_CTX_set_default_passwd_cb_userdata(t->ctx, t);
    if (s->ca ? SSL_CTX_load_verify_locations(t->ctx, s->ca, NULL) != 1
              : SSL_CTX_set_default_verify_paths(t->ctx) != 1)
        return unfit("CA file", s->ca ? s->ca : "of the system", err);
    if (!s->cert)
        return 0;
    if (SSL_CTX_use_certificate_chain_file(t->ctx, s->cert) != 1)
        return unfit("certificate", s->cert, err);
    if (SSL_CTX_use_PrivateKey_file(t->ctx, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(t->ctx) != 1)
        return unfit("private key (is the password right?)", key, err);
    return 0;
}

/* ---- opening ------------------------------------------------------------- */

static bool is_address(const char *host)
{
    struct in6_addr room;

    return inet_pton(AF_INET, host, &room) == 1 ||
           inet_pton(AF_INET6, host, &room) == 1;
}

/* RFC 6066 forbids addresses in the server name indication. */
static void expect_host(struct tls *t)
{
    if (SSL_set1_host(t->ssl, t->host) != 1 ||
        (!is_address(t->host) &&
         SSL_set_tlsext_host_name(t->ssl, t->host) != 1))
        abort();
    SSL_set_hostflags(t->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
}

static int shake_hands(struct tls *t, int64_t deadline_us, struct err *err)
{
    for (;;) {
        int result;

        ERR_clear_error();
        errno = 0;
        result = SSL_connect(t->ssl);
        if (result == 1)
            return 0;
        if (await(t, result, deadline_us, err) < 0)
            return err->code;
    }
}

static char *copy_of(const char *text)
{
    return text ? must_strdup(text) : NULL;
}

int tls_open(int fd, const char *host, const struct access_security *s,
             int64_t deadline_us, struct tls **ret, struct err *err)
{
    struct tls *t = must_calloc(1, sizeof(*t));
    BIO *bio;

    t->fd = fd;
    t->host = must_strdup(host);
    t->words.ca = t->ca = copy_of(s->ca);
    t->words.cert = t->cert = copy_of(s->cert);
    ERR_clear_error();
    t->ctx = must_have(SSL_CTX_new(TLS_client_method()));
    (void)SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION);
    if (load_files(t, s, err) < 0) {
        tls_close(t);
        return err->code;
    }
    t->ssl = must_have(SSL_new(t->ctx));
    bio = bio_new(t);
    SSL_set_bio(t->ssl, bio, bio);
    SSL_set_app_data(t->ssl, t);
    SSL_set_verify(t->ssl, SSL_VERIFY_PEER, on_verify);
    expect_host(t);
    if (shake_hands(t, deadline_us, err) < 0) {
        tls_close(t);
        return err->code;
    }
    *ret = t;
    return 0;
}

void tls_close(struct tls *t)
{
    if (!t)
        return;
    if (t->ssl && SSL_is_init_finished(t->ssl))
        (void)SSL_shutdown(t->ssl); /* tells the server; waits for nothing */
    SSL_free(t->ssl);
    BIO_meth_free(t->method);
    SSL_CTX_free(t->ctx);
    ERR_clear_error();
    explicit_bzero(t->key_password, sizeof(t->key_password));
    free(t->host);
    free(t->ca);
    free(t->cert);
    free(t);
}

/* ---- data ---------------------------------------------------------------- */

int tls_send(struct tls *t, const void *data, size_t len, int64_t deadline_us,
             struct err *err)
{
    size_t done;

    while (len > 0) {
        int result;

        ERR_clear_error();
        errno = 0;
        result = SSL_write_ex(t->ssl, data, len, &done);
        if (result == 1)
            return 0; /* partial writes are off: success means all bytes */
        if (await(t, result, deadline_us, err) < 0)
            return err->code;
    }
    return 0;
}

int tls_receive(struct tls *t, void *data, size_t len, int64_t deadline_us,
                struct err *err)
{
    for (;;) {
        int result;

        ERR_clear_error();
        errno = 0;
        result = SSL_read(t->ssl, data, len > INT_MAX ? INT_MAX : (int)len);
        if (result > 0)
            return result;
        if (await(t, result, deadline_us, err) < 0)
            return err->code;
    }
}

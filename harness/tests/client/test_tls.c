/* test_tls.c - TLS from both sides: Kafka's protocol (wire/) and REST
 * (libcurl) refuse a wrong authority, a wrong host name, an expired
 * certificate, and show a certificate of their own. */
#include <errno.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"
#include "client/connect.h"
#include "client/http.h"
#include "client/quorum.h"
#include "support/certificates.h"
#include "support/suite.h"
#include "tls_server.h"

/* Files made once, before the tests fork. */
static char folder[] = "/tmp/ordeal-tls-XXXXXX";
static char *ours, *foreign;       /* authorities */
static char *good, *other_host;    /* servers' certificates */
static char *by_address, *by_name; /* good for 127.0.0.1, for localhost */
static char *expired, *future, *unknown;
static char *client, *locked, *stranger, *late_client; /* clients' */

static char *make(const struct authority *by, const char *file,
                  const struct certificate_wish *wish)
{
    char *path = path_of("%s/%s.pem", folder, file);

    certificate_make(by, wish, path);
    return path;
}

static void make_files(void)
{
    static const char both[] = "DNS:localhost,IP:127.0.0.1";
    struct authority a, b;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    ours = path_of("%s/ours.pem", folder);
    foreign = path_of("%s/foreign.pem", folder);
    authority_make(&a, "authority of ours", ours);
    authority_make(&b, "authority of nobody", foreign);
#define MAKE(by, file, ...)                                                    \
    (file) = make(&(by), #file, &(struct certificate_wish){__VA_ARGS__})
    MAKE(a, good, .name = "good", .names = both);
    MAKE(a, by_address, .name = "by-address", .names = "IP:127.0.0.1");
    MAKE(a, by_name, .name = "by-name", .names = "DNS:localhost");
    MAKE(a, other_host, .name = "other",
         .names = "DNS:elsewhere.test,IP:10.1.2.3");
    MAKE(a, expired, .name = "old", .names = both, .from_s = -7200,
         .to_s = -3600);
    MAKE(a, future, .name = "young", .names = both, .from_s = 3600,
         .to_s = 7200);
    MAKE(b, unknown, .name = "unknown", .names = both);
    MAKE(a, client, .name = "client");
    MAKE(a, locked, .name = "client", .key_password = "a lock on it");
    MAKE(b, stranger, .name = "stranger");
    MAKE(a, late_client, .name = "late", .from_s = -7200, .to_s = -3600);
    authority_done(&a);
    authority_done(&b);
}

static void drop_files(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(folder, &err), 0);
}

/* ---- the two clients ----------------------------------------------------- */

/* Ask a broker with the certificate `cert` over the wire, or a worker over
 * REST, at `host`. */
typedef int ask_fn(struct tls_server *s, const char *host,
                   const struct access_security *security, struct err *err);

static int by_wire(struct tls_server *s, const char *host,
                   const struct access_security *security, struct err *err)
{
    struct fake_broker b = {.versions_most = 3, .leader = 3};
    AUTO_FREE char *address = NULL;
    struct kafka_access access = {.security = *security};
    int32_t leader = -1;
    int rc;

    s->serve = fake_broker_serve;
    s->ctx = &b;
    tls_server_start(s);
    address = path_of("%s:%d", host, s->port);
    access.bootstrap = address;
    access.security.protocol = ACCESS_SSL;
    rc = quorum_leader(&access, 20 * US_PER_S, &leader, err);
    ck_assert(rc < 0 || leader == 3);
    tls_server_stop(s);
    return rc;
}

static char head[FAKE_HEAD];

static int by_rest(struct tls_server *s, const char *host,
                   const struct access_security *security, struct err *err)
{
    struct connect *c = connect_new();
    AUTO_FREE char *url = NULL;
    json_t *answer = NULL;
    int rc;

    s->serve = fake_worker_serve;
    s->ctx = head;
    tls_server_start(s);
    url = path_of("https://%s:%d", host, s->port);
    connect_workers(c, &(const struct connect_access){url, security}, 1);
    rc = connect_request(c, "GET", "/", NULL, 20 * US_PER_S, &answer, err);
    ck_assert(rc < 0 || json_object_get(answer, "version"));
    json_decref(answer);
    connect_free(c);
    tls_server_stop(s);
    return rc < 0 ? rc : 0;
}

static ask_fn *const clients[] = {by_wire, by_rest};
enum { CLIENTS = ARRAY_LEN(clients) };

/* ---- the server's certificate -------------------------------------------- */

static const struct {
    const char *what;
    char **cert; /* NULL: the server speaks no TLS */
    const char *host;
    char **ca;
    int rc;
    const char *says[3];
} servers[] = {
    {"a good certificate", &good, "localhost", &ours, 0, {NULL}},
    {"the same by address", &good, "127.0.0.1", &ours, 0, {NULL}},
    {"an address alone", &by_address, "127.0.0.1", &ours, 0, {NULL}},
    {"a name alone", &by_name, "localhost", &ours, 0, {NULL}},
    {"a wrong authority",
     &unknown,
     "localhost",
     &ours,
     -EACCES,
     {"wrong authority", "ours.pem", "put the certificate of the server's"}},
    {"the right authority, not trusted",
     &good,
     "localhost",
     &foreign,
     -EACCES,
     {"wrong authority", "foreign.pem", NULL}},
    {"the system's authorities",
     &good,
     "localhost",
     NULL,
     -EACCES,
     {"wrong authority", "the system's list", NULL}},
    {"a wrong host name",
     &other_host,
     "localhost",
     &ours,
     -EACCES,
     {"wrong host name", "not for localhost", "subject alternative names"}},
    {"a wrong address",
     &other_host,
     "127.0.0.1",
     &ours,
     -EACCES,
     {"wrong host name", "not for 127.0.0.1", "connect by a name"}},
    {"an address, the certificate has names",
     &by_name,
     "127.0.0.1",
     &ours,
     -EACCES,
     {"wrong host name", NULL, NULL}},
    {"an expired certificate",
     &expired,
     "localhost",
     &ours,
     -EACCES,
     {"expired", "renew the certificate", NULL}},
    {"a certificate of tomorrow",
     &future,
     "localhost",
     &ours,
     -EACCES,
     {"not yet valid", "check the clocks", NULL}},
    {"no TLS", NULL, "localhost", &ours, -EPROTO, {"does not speak TLS"}},
};

static void babble(struct peer *p, void *ctx)
{
    static const char says[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

    (void)ctx;
    peer_write(p, says, sizeof(says) - 1);
}

/* A server without TLS must answer at once, whoever asks. */
static int ask_plaintext(ask_fn *ask, const char *host,
                         const struct access_security *security,
                         struct err *err)
{
    struct tls_server talker = {.serve = babble};
    AUTO_FREE char *at = NULL;
    int rc;

    tls_server_start(&talker);
    at =
        path_of(ask == by_wire ? "%s:%d" : "https://%s:%d/", host, talker.port);
    if (ask == by_wire) {
        struct access_security s = *security;

        s.protocol = ACCESS_SSL;
        rc = broker_answers(&s, at, 20 * US_PER_S, err);
    } else {
        struct http_reply reply;

        rc = http_ask(&(struct http_question){.method = "GET",
                                              .url = at,
                                              .timeout_us = 20 * US_PER_S,
                                              .security = security},
                      &reply, err);
    }
    tls_server_stop(&talker);
    return rc;
}

START_TEST(the_certificate_of_a_server_is_checked)
{
    size_t row = (size_t)_i / CLIENTS;
    ask_fn *ask = clients[_i % CLIENTS];
    struct tls_server s = {.cert =
                               servers[row].cert ? *servers[row].cert : NULL};
    const struct access_security access = {
        .ca = servers[row].ca ? *servers[row].ca : NULL};
    struct err err = {0};
    int rc = s.cert ? ask(&s, servers[row].host, &access, &err)
                    : ask_plaintext(ask, servers[row].host, &access, &err);

    dprintf(1, "%s: %s\n", servers[row].what, err.text);
    ck_assert_msg(rc == servers[row].rc, "%s: %d %s", servers[row].what, rc,
                  err.text);
    for (size_t i = 0; i < 3 && servers[row].says[i]; i++)
        ck_assert_msg(strstr(err.text, servers[row].says[i]) != NULL,
                      "%s: %s is not in: %s", servers[row].what,
                      servers[row].says[i], err.text);
}
END_TEST

/* ---- the client's certificate -------------------------------------------- */

static const struct {
    const char *what;
    char **cert;
    const char *key_password;
    int rc;
    const char *says[2];
} shown[] = {
    {"a good certificate", &client, NULL, 0, {NULL}},
    {"a key with a password", &locked, "a lock on it", 0, {NULL}},
    {"none",
     NULL,
     NULL,
     -EACCES,
     {"refuses the client: no client certificate", "give a certificate"}},
    {"of a wrong authority",
     &stranger,
     NULL,
     -EACCES,
     {"refuses the client: ", "stranger.pem"}},
    {"expired",
     &late_client,
     NULL,
     -EACCES,
     {"refuses the client: ", "late_client.pem"}},
    {"a key with another password",
     &locked,
     "a wrong one",
     -EINVAL,
     {"locked.pem"}},
    {"a key without its password", &locked, NULL, -EINVAL, {"locked.pem"}},
};

START_TEST(the_certificate_of_a_client_is_shown)
{
    size_t row = (size_t)_i / CLIENTS;
    struct tls_server s = {.cert = good, .client_ca = ours};
    const struct access_security access = {
        .ca = ours,
        .cert = shown[row].cert ? *shown[row].cert : NULL,
        .key_password = shown[row].key_password};
    struct err err = {0};
    int rc;

    secrets_forget();
    rc = clients[_i % CLIENTS](&s, "localhost", &access, &err);
    dprintf(1, "%s: %s\n", shown[row].what, err.text);
    ck_assert_msg(rc == shown[row].rc, "%s: %d %s", shown[row].what, rc,
                  err.text);
    for (size_t i = 0; i < 2 && shown[row].says[i]; i++)
        ck_assert_msg(strstr(err.text, shown[row].says[i]) != NULL,
                      "%s: %s is not in: %s", shown[row].what,
                      shown[row].says[i], err.text);
    if (shown[row].key_password)
        ck_assert(secret_is(shown[row].key_password,
                            strlen(shown[row].key_password)));
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    struct tls_server s = {.cert = good};
    const struct access_security access = {.ca = "/nowhere/ca.pem"};
    struct err err = {0};

    ck_assert_int_eq(clients[_i](&s, "localhost", &access, &err), -EINVAL);
    ck_assert_msg(strstr(err.text, "/nowhere/ca.pem") != NULL, "%s", err.text);
}
END_TEST

START_TEST(basic_authentication_goes_with_every_request)
{
    struct tls_server s = {.cert = good};
    const struct access_security access = {
        .ca = ours, .user = "me", .password = "open sesame"};
    struct err err = {0};

    secrets_forget();
    ck_assert_msg(by_rest(&s, "localhost", &access, &err) == 0, "%s", err.text);
    ck_assert_msg(strstr(head, "Authorization: Basic bWU6b3BlbiBzZXNhbWU=") !=
                      NULL,
                  "%s", head);
    ck_assert(secret_is("open sesame", 11));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, make_files, drop_files);
    tcase_add_loop_test(tc, the_certificate_of_a_server_is_checked, 0,
                        ARRAY_LEN(servers) * CLIENTS);
    tcase_add_loop_test(tc, the_certificate_of_a_client_is_shown, 0,
                        ARRAY_LEN(shown) * CLIENTS);
    tcase_add_loop_test(tc, a_file_that_is_not_there_is_named, 0, CLIENTS);
    tcase_add_test(tc, basic_authentication_goes_with_every_request);
}

SUITE_MAIN("client/tls", fill)

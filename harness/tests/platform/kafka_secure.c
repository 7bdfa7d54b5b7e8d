/* kafka_secure.c - the harness's clients against a real broker's listeners with
 * SASL_SSL and with mutual TLS: our own connection and librdkafka, by the same
 * struct kafka_access. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "client/access.h"
#include "client/kafka.h"
#include "client/quorum.h"
#include "client/wire/connection.h"
#include "client/wire/wire_versions.h"
#include "local_run.h"
#include "support/certificates.h"
#include "support/suite.h"

enum { PORT_SECURE = 19096, PORT_MUTUAL = 19097 };

#define PASSWORD "open sesame"

struct files {
    char *ca, *foreign, *broker, *client;
};

struct question {
    struct platform *p;
    const struct files *files;
    const char *host;
    char *secure, *mutual; /* "host:port" of the listeners */
};

static void make_files(const char *dir, const char *host, struct files *ret)
{
    AUTO_FREE char *names = path_of("IP:%s", host);
    struct authority a, b;

    *ret = (struct files){.ca = path_of("%s/ca.pem", dir),
                          .foreign = path_of("%s/foreign.pem", dir),
                          .broker = path_of("%s/broker.pem", dir),
                          .client = path_of("%s/client.pem", dir)};
    authority_make(&a, "authority of ours", ret->ca);
    authority_make(&b, "authority of nobody", ret->foreign);
    certificate_make(
        &a, &(struct certificate_wish){.name = "broker", .names = names},
        ret->broker);
    certificate_make(&a, &(struct certificate_wish){.name = "client"},
                     ret->client);
    authority_done(&a);
    authority_done(&b);
}

/* The value of a key in a file of properties; new. */
static char *value_of(const char *text, const char *key)
{
    AUTO_FREE char *line = path_of("\n%s=", key);
    const char *at = strstr(text, line);

    at = at ? at + strlen(line) : "";
    return path_of("%.*s", (int)strcspn(at, "\n"), at);
}

/* Of two lines with one key, Java takes the latter. */
static int add_listeners(const char *path, const struct question *q,
                         struct err *err)
{
    AUTO_FREE char *read = NULL;
    AUTO_FREE char *text = NULL;
    int rc = file_read(path, &read, NULL, err);

    if (rc < 0)
        return rc;
    text = path_of("\n%s", read);
    AUTO_FREE char *listeners = value_of(text, "listeners");
    AUTO_FREE char *advertised = value_of(text, "advertised.listeners");
    AUTO_FREE char *map = value_of(text, "listener.security.protocol.map");

    return file_print(
        path, err,
        "%s\nlisteners=%s,SECURE://%s,MUTUAL://%s\n"
        "advertised.listeners=%s,SECURE://%s,MUTUAL://%s\n"
        "listener.security.protocol.map=%s,SECURE:SASL_SSL,MUTUAL:SSL\n"
        "listener.name.secure.sasl.enabled.mechanisms=PLAIN\n"
        "listener.name.secure.plain.sasl.jaas.config="
        "org.apache.kafka.common.security.plain.PlainLoginModule required "
        "user_probe=\"" PASSWORD "\";\n"
        "listener.name.secure.ssl.keystore.type=PEM\n"
        "listener.name.secure.ssl.keystore.location=%s\n"
        "listener.name.mutual.ssl.keystore.type=PEM\n"
        "listener.name.mutual.ssl.keystore.location=%s\n"
        "listener.name.mutual.ssl.truststore.type=PEM\n"
        "listener.name.mutual.ssl.truststore.location=%s\n"
        "listener.name.mutual.ssl.client.auth=required\n",
        read, listeners, q->secure, q->mutual, advertised, q->secure, q->mutual,
        map, q->files->broker, q->files->broker, q->files->ca);
}

/* ---- the clients --------------------------------------------------------- */

static int brokers_of(const struct kafka_access *a, size_t *ret,
                      struct err *err)
{
    struct kafka_admin *admin = NULL;
    int32_t ids[4];
    int rc = kafka_admin_open(a, &admin, err);

    if (rc == 0)
        rc = kafka_brokers(admin, ids, ARRAY_LEN(ids), ret, 10 * US_PER_S, err);
    kafka_admin_close(admin);
    return rc;
}

/* Both clients get in by the access. */
static int gets_in(const struct kafka_access *a)
{
    struct err err = {0};
    int32_t leader = -1;
    size_t n = 0;

    CLAIM_OK(quorum_leader(a, 10 * US_PER_S, &leader, &err), &err);
    CLAIM(leader == 1);
    CLAIM_OK(brokers_of(a, &n, &err), &err);
    CLAIM(n == 1);
    return 0;
}

static int is_kept_out(const struct kafka_access *a, const char *says)
{
    struct err err = {0};

    CLAIM(broker_answers(&a->security, a->bootstrap, 10 * US_PER_S, &err) ==
          -EACCES);
    dprintf(2, "%s\n", err.text);
    CLAIM(strstr(err.text, says) && !strstr(err.text, PASSWORD));
    return 0;
}

static int versions_are_told(const struct kafka_access *a)
{
    const struct wire_spec spec = {.address = a->bootstrap,
                                   .security = &a->security,
                                   .timeout_us = 10 * US_PER_S};
    struct wire_versions v;
    struct wire *w = NULL;
    struct err err = {0};
    enum { FETCH = 1, SCRAM = 51 };

    CLAIM_OK(wire_open(&spec, &w, &err), &err);
    CLAIM_OK(wire_ask_versions(w, 10 * US_PER_S, &v, &err), &err);
    CLAIM(wire_pick(&v, WIRE_DESCRIBE_QUORUM, 0, 2, &err) == 2);
    CLAIM(wire_pick(&v, SCRAM, 0, 0, &err) == 0);
    CLAIM(wire_pick(&v, FETCH, 4, 12, &err) == 12);
    wire_close(w);
    return 0;
}

static int talk(const struct question *q)
{
    struct kafka_access by_password = {.bootstrap = q->secure,
                                       .security = {.protocol = ACCESS_SASL_SSL,
                                                    .ca = q->files->ca,
                                                    .user = "probe",
                                                    .password = PASSWORD}};
    struct kafka_access by_certificate = {
        .bootstrap = q->mutual,
        .security = {.protocol = ACCESS_SSL,
                     .ca = q->files->ca,
                     .cert = q->files->client}};

    if (gets_in(&by_password) || versions_are_told(&by_password) ||
        gets_in(&by_certificate))
        return 1;
    by_password.security.password = "another word";
    if (is_kept_out(&by_password, "refuses user \"probe\": Authentication "
                                  "failed: Invalid username or password"))
        return 1;
    by_password.security.ca = q->files->foreign;
    if (is_kept_out(&by_password, "wrong authority"))
        return 1;
    by_certificate.security.cert = NULL;
    return is_kept_out(&by_certificate, "refuses the client");
}

static int scene(struct nodes *nodes, void *ctx)
{
    struct run *r = ctx;
    AUTO_FREE char *work = path_of("%s/work", r->dir);
    AUTO_FREE char *logs = path_of("%s/logs", r->dir);
    AUTO_FREE char *conf = path_of("%s/broker-1/broker.properties", work);
    struct files files;
    struct question q = {.files = &files};
    struct err err = {0};

    CLAIM_OK(run_open(r, nodes, work, logs, &q.p, &err), &err);
    q.host = machines_of(q.p)->more[0].observer_address;
    q.secure = path_of("%s:%d", q.host, PORT_SECURE);
    q.mutual = path_of("%s:%d", q.host, PORT_MUTUAL);
    make_files(r->dir, q.host, &files);
    CLAIM_OK(add_listeners(conf, &q, &err), &err);
    CLAIM_OK(q.p->ops->up(q.p, true, &err), &err);
    if (talk(&q))
        return 1;
    q.p->ops->close(q.p);
    return 0;
}

START_TEST(a_secured_broker_is_reached_by_password_and_by_certificate)
{
    struct run r;

    run_init(&r, "4.3.1", NULL, 0);
    r.settings.brokers = 1;
    r.settings.workers = 0;
    run_engine(&r, SANDBOX_OFF, scene);
    run_done(&r);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc,
                   a_secured_broker_is_reached_by_password_and_by_certificate);
}

SUITE_MAIN_TIMEOUT("a secured broker", fill, 120)

/* access.h - how to reach a Kafka cluster or a Connect REST interface: the
 * addresses, and the security in front of them.
 *
 * All clients of the harness take the same struct: librdkafka's (kafka.h), the
 * wire protocol of our own (wire/connection.h), and REST (http.h, connect.h;
 * basic authentication by user and password). Files are PEM. All pointers are
 * borrowed and outlive the client opened with the struct. A zeroed
 * access_security means plaintext without authentication.
 */
#ifndef CLIENT_ACCESS_H
#define CLIENT_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* The values of Kafka's security.protocol. */
enum access_protocol {
    ACCESS_PLAINTEXT,
    ACCESS_SSL,
    ACCESS_SASL_PLAINTEXT,
    ACCESS_SASL_SSL,
};

struct access_security {
    enum access_protocol protocol; /* Kafka only; the scheme of a URL decides
                                      for REST */
    const char *ca;   /* path: authorities trusted; NULL: the system's */
    const char *cert; /* path: client certificate, authorities of the chain
                         behind; NULL: none */
    const char *key;  /* path: private key; NULL: in the file `cert` */
    const char *key_password;    /* NULL: the key is not encrypted */
    const char *user, *password; /* SASL/PLAIN (RFC 4616) or HTTP basic; NULL:
                                    no log-in by password */
};

struct kafka_access {
    const char *bootstrap;         /* "host:port,host:port" */
    const char *const *properties; /* librdkafka's, as "key=value" */
    size_t properties_len;
    struct access_security security;
};

/* A librdkafka property. */
struct setting {
    const char *key, *value;
};

enum { ACCESS_SETTINGS_MAX = 10 };

/* Derive librdkafka's properties from `s` into ret[ACCESS_SETTINGS_MAX], values
 * borrowed from `s`; returns the number. */
size_t access_settings(const struct access_security *s, struct setting *ret);

/* Whether connections are encrypted; whether clients log in by SASL. */
bool access_uses_tls(const struct access_security *s);
bool access_uses_sasl(const struct access_security *s);

/* Tell base/secrets.h both passwords, so that no log and no evidence shows
 * them. Every client does so when opened. NULL is fine. */
void access_keep_secret(const struct access_security *s);

/* Check for missing parts: SASL without user or password, a key without a
 * certificate, a file that cannot be read. -EINVAL, with the part in err. */
MUST_USE int access_check(const struct access_security *s, struct err *err);

#endif

/* access.c - the meaning of a struct access_security for each client. */
#include "client/access.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/secrets.h"

static const char *const protocols[] = {
    [ACCESS_PLAINTEXT] = "plaintext",
    [ACCESS_SSL] = "ssl",
    [ACCESS_SASL_PLAINTEXT] = "sasl_plaintext",
    [ACCESS_SASL_SSL] = "sasl_ssl",
};

bool access_uses_tls(const struct access_security *s)
{
    return s->protocol == ACCESS_SSL || s->protocol == ACCESS_SASL_SSL;
}

bool access_uses_sasl(const struct access_security *s)
{
    return s->protocol == ACCESS_SASL_PLAINTEXT ||
           s->protocol == ACCESS_SASL_SSL;
}

/* A property without a value is left out, so librdkafka's default stays. The
 * protocol is left out too where plaintext is meant: `properties` may name
 * another. */
size_t access_settings(const struct access_security *s, struct setting *ret)
{
    bool tls = access_uses_tls(s), sasl = access_uses_sasl(s);
    const struct setting all[ACCESS_SETTINGS_MAX] = {
        {"security.protocol", s->protocol ? protocols[s->protocol] : NULL},
        {"ssl.ca.location", tls ? s->ca : NULL},
        {"ssl.certificate.location", tls ? s->cert : NULL},
        {"ssl.key.location", !tls     ? NULL
                             : s->key ? s->key
                                      : s->cert},
        {"ssl.key.password", tls ? s->key_password : NULL},
        /* librdkafka before 2.0 does not compare the name by default */
        {"enable.ssl.certificate.verification", tls ? "true" : NULL},
        {"ssl.endpoint.identification.algorithm", tls ? "https" : NULL},
        {"sasl.mechanisms", sasl ? "PLAIN" : NULL},
        {"sasl.username", sasl ? s->user : NULL},
        {"sasl.password", sasl ? s->password : NULL},
    };
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].value)
            ret[n++] = all[i];
    return n;
}

void access_keep_secret(const struct access_security *s)
{
    if (s && s->password)
        secret_add("access.password", s->password, strlen(s->password));
    if (s && s->key_password)
        secret_add("access.key-password", s->key_password,
                   strlen(s->key_password));
}

/* librdkafka refuses an absent file without naming the file. */
static int readable(const char *what, const char *path, struct err *err)
{
    if (!path || access(path, R_OK) == 0)
        return 0;
    return err_set(err, -EINVAL, "%s %s: %s", what, path, strerror(errno));
}

int access_check(const struct access_security *s, struct err *err)
{
    if (access_uses_sasl(s) && (!s->user || !s->password))
        return err_set(err, -EINVAL, "%s without a %s", protocols[s->protocol],
                       s->user ? "password" : "user");
    if (s->key && !s->cert)
        return err_set(err, -EINVAL, "the key %s has no certificate beside it",
                       s->key);
    if (!access_uses_tls(s))
        return 0;
    if (readable("CA file", s->ca, err) < 0 ||
        readable("certificate", s->cert, err) < 0)
        return err->code;
    return readable("private key", s->key, err);
}

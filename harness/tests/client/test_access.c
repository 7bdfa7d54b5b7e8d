/* test_access.c - the security of an access, as librdkafka's properties. */
#include <errno.h>
#include <string.h>

#include "base/own.h"
#include "base/secrets.h"
#include "client/access.h"
#include "client/kafka.h"
#include "support/suite.h"

/* The server's certificate and name are always verified. */
#define VERIFIED                                                               \
    "enable.ssl.certificate.verification=true "                                \
    "ssl.endpoint.identification.algorithm=https "

static const struct {
    struct access_security security;
    const char *want; /* properties, each with a blank behind */
} rows[] = {
    {{.protocol = ACCESS_PLAINTEXT}, ""},
    {{.protocol = ACCESS_PLAINTEXT, .ca = "ca", .user = "me", .password = "x"},
     ""},
    {{.protocol = ACCESS_SSL}, "security.protocol=ssl " VERIFIED},
    {{.protocol = ACCESS_SSL, .ca = "ca", .cert = "both"},
     "security.protocol=ssl ssl.ca.location=ca ssl.certificate.location=both "
     "ssl.key.location=both " VERIFIED},
    {{.protocol = ACCESS_SSL,
      .cert = "cert",
      .key = "key",
      .key_password = "lock"},
     "security.protocol=ssl ssl.certificate.location=cert "
     "ssl.key.location=key ssl.key.password=lock " VERIFIED},
    {{.protocol = ACCESS_SASL_PLAINTEXT,
      .ca = "ca",
      .user = "me",
      .password = "x"},
     "security.protocol=sasl_plaintext sasl.mechanisms=PLAIN "
     "sasl.username=me sasl.password=x "},
    {{.protocol = ACCESS_SASL_SSL, .ca = "ca", .user = "me", .password = "x"},
     "security.protocol=sasl_ssl ssl.ca.location=ca " VERIFIED
     "sasl.mechanisms=PLAIN sasl.username=me sasl.password=x "},
};

START_TEST(properties_follow_from_the_security)
{
    struct setting set[ACCESS_SETTINGS_MAX];
    size_t n = access_settings(&rows[_i].security, set);
    char text[512] = "";

    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(text);

        (void)snprintf(text + len, sizeof(text) - len, "%s=%s ", set[i].key,
                       set[i].value);
    }
    ck_assert_str_eq(text, rows[_i].want);
}
END_TEST

/* librdkafka refuses unknown properties, so an open client shows that all
 * properties have the right names. An absent file is refused by name, and no
 * error tells the password. */
START_TEST(a_client_of_librdkafka_takes_the_security)
{
    struct kafka_access a = {.bootstrap = "127.0.0.1:1",
                             .security = {.protocol = ACCESS_SASL_SSL,
                                          .user = "me",
                                          .password = "open sesame",
                                          .key_password = "a lock on it"}};
    struct kafka_admin *k = NULL;
    struct err err = {0};

    secrets_forget();
    ck_assert_msg(kafka_admin_open(&a, &k, &err) == 0, "%s", err.text);
    kafka_admin_close(k);
    ck_assert(secret_is("open sesame", 11));
    ck_assert(secret_is("a lock on it", 12));
    a.security.ca = "/nowhere/ca.pem";
    ck_assert_int_eq(kafka_admin_open(&a, &k, &err), -EINVAL);
    ck_assert_msg(strstr(err.text, "/nowhere/ca.pem") != NULL, "%s", err.text);
    ck_assert_ptr_null(strstr(err.text, "sesame"));
    err = (struct err){0};
    a.security.password = NULL;
    ck_assert_int_eq(kafka_admin_open(&a, &k, &err), -EINVAL);
    ck_assert_str_eq(err.text, "sasl_ssl without a password");
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, properties_follow_from_the_security, 0,
                        ARRAY_LEN(rows));
    tcase_add_test(tc, a_client_of_librdkafka_takes_the_security);
}

SUITE_MAIN("client/access", fill)

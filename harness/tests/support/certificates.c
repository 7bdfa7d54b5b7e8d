/* certificates.c - authorities and certificates for tests. */
#include "support/certificates.h"

#include <check.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdbool.h>

#include "base/own.h"

static void extend(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    ck_assert_msg(e != NULL, "extension %s", value);
    ck_assert_int_eq(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
}

/* A certificate without extensions and signature. */
static X509 *draft(const char *name, EVP_PKEY *key, long from_s, long to_s)
{
    X509 *x = X509_new();
    X509_NAME *subject;
    uint32_t serial;

    ck_assert_int_eq(RAND_bytes((unsigned char *)&serial, sizeof(serial)), 1);
    subject = X509_get_subject_name(x);
    ck_assert_int_eq(X509_set_version(x, X509_VERSION_3), 1);
    ck_assert_int_eq(
        ASN1_INTEGER_set(X509_get_serialNumber(x), (long)(serial >> 1)), 1);
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(x), from_s));
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notAfter(x), to_s));
    ck_assert_int_eq(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                                (const unsigned char *)name, -1,
                                                -1, 0),
                     1);
    ck_assert_int_eq(X509_set_pubkey(x, key), 1);
    return x;
}

static FILE *file_for(const char *path)
{
    FILE *f = fopen(path, "we");

    ck_assert_msg(f != NULL, "%s", path);
    return f;
}

void authority_make(struct authority *ret, const char *name, const char *path)
{
    X509 *x;

    ret->key = EVP_EC_gen("P-256");
    ret->certificate = x = draft(name, ret->key, -86400, 86400);
    ck_assert_int_eq(X509_set_issuer_name(x, X509_get_subject_name(x)), 1);
    extend(x, NID_basic_constraints, "critical,CA:TRUE");
    extend(x, NID_key_usage, "critical,keyCertSign,cRLSign");
    ck_assert_int_gt(X509_sign(x, ret->key, EVP_sha256()), 0);
    if (path) {
        AUTO_FILE FILE *f = file_for(path);

        ck_assert_int_eq(PEM_write_X509(f, x), 1);
    }
}

void authority_done(struct authority *a)
{
    EVP_PKEY_free(a->key);
    X509_free(a->certificate);
}

void certificate_make(const struct authority *by,
                      const struct certificate_wish *wish, const char *path)
{
    bool usual = wish->from_s == 0 && wish->to_s == 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = draft(wish->name, key, usual ? -3600 : wish->from_s,
                    usual ? 3600 : wish->to_s);
    AUTO_FILE FILE *f = file_for(path);

    ck_assert_int_eq(
        X509_set_issuer_name(x, X509_get_subject_name(by->certificate)), 1);
    if (wish->names)
        extend(x, NID_subject_alt_name, wish->names);
    ck_assert_int_gt(X509_sign(x, by->key, EVP_sha256()), 0);
    ck_assert_int_eq(PEM_write_PKCS8PrivateKey(
                         f, key, wish->key_password ? EVP_aes_256_cbc() : NULL,
                         NULL, 0, NULL, (void *)wish->key_password),
                     1);
    ck_assert_int_eq(PEM_write_X509(f, x), 1);
    ck_assert_int_eq(PEM_write_X509(f, by->certificate), 1);
    X509_free(x);
    EVP_PKEY_free(key);
}

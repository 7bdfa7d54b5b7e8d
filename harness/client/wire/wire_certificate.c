/* wire_certificate.c - a defect of a certificate in words. */
#include "client/wire/wire_certificate_own.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "client/tls_words_own.h"

static void add(char *to, size_t room, const char *text, size_t len)
{
    size_t at = strlen(to);

    (void)snprintf(to + at, room - at, "%s%.*s", at > 0 ? ", " : "", (int)len,
                   text);
}

static void add_address(char *to, size_t room, const ASN1_OCTET_STRING *ip)
{
    int len = ASN1_STRING_length(ip);
    char text[INET6_ADDRSTRLEN];

    if ((len == 4 || len == 16) &&
        inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(ip),
                  text, sizeof(text)))
        add(to, room, text, strlen(text));
}

/* Host names and addresses among the subject alternative names. */
static void names(const X509 *x, char *to, size_t room)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

    to[0] = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
        const GENERAL_NAME *n = sk_GENERAL_NAME_value(all, i);

        if (n->type == GEN_DNS)
            add(to, room, (const char *)ASN1_STRING_get0_data(n->d.dNSName),
                (size_t)ASN1_STRING_length(n->d.dNSName));
        if (n->type == GEN_IPADD)
            add_address(to, room, n->d.iPAddress);
    }
    GENERAL_NAMES_free(all);
}

static void date(const ASN1_TIME *at, char *to, size_t room)
{
    struct tm tm;

    to[0] = 0;
    if (ASN1_TIME_to_tm(at, &tm) == 1)
        (void)strftime(to, room, "%Y-%m-%d %H:%M:%S UTC", &tm);
}

void certificate_defect(X509_STORE_CTX *store, char *to, size_t room)
{
    int code = X509_STORE_CTX_get_error(store);
    const X509 *x = X509_STORE_CTX_get_current_cert(store);
    const char *plain = X509_verify_cert_error_string(code);
    char subject[80] = "", more[128] = "", issuer[80] = "";

    if (!x) {
        (void)snprintf(to, room, "%s", plain);
        return;
    }
    (void)X509_NAME_oneline(X509_get_subject_name(x), subject, sizeof(subject));
    (void)X509_NAME_oneline(X509_get_issuer_name(x), issuer, sizeof(issuer));
    switch ((int)tls_cause_of_verify(code)) {
    case TLS_HOST:
        names(x, more, sizeof(more));
        (void)snprintf(to, room, "%s is for %s", subject,
                       more[0] ? more : "no host by alternative names");
        return;
    case TLS_EXPIRED:
        date(X509_get0_notAfter(x), more, sizeof(more));
        (void)snprintf(to, room, "%s expired on %s", subject, more);
        return;
    case TLS_NOT_YET:
        date(X509_get0_notBefore(x), more, sizeof(more));
        (void)snprintf(to, room, "%s begins on %s", subject, more);
        return;
    }
    (void)snprintf(to, room, "%s, issued by %s: %s", subject, issuer, plain);
}

/* tls_words_own.h - what failed in TLS, in words that name the remedy; the same
 * for Kafka (wire/) and for REST (http.c). Pure.
 */
#ifndef CLIENT_TLS_WORDS_OWN_H
#define CLIENT_TLS_WORDS_OWN_H

#include <stdbool.h>

#include "base/err.h"
#include "client/access.h"

enum tls_cause {
    TLS_AUTHORITY, /* no trusted authority stands behind the certificate */
    TLS_HOST,      /* the certificate names other hosts */
    TLS_EXPIRED,
    TLS_NOT_YET,     /* the certificate's time has not begun */
    TLS_CERTIFICATE, /* another defect of the server's certificate */
    TLS_CLIENT,      /* the server refuses the client's certificate */
    TLS_ABSENT,      /* the server does not speak TLS */
    TLS_OTHER,
};

/* The cause behind a result of X509_verify_cert(3), an X509_V_ERR_ value. */
enum tls_cause tls_cause_of_verify(long result);

/* The cause behind a reason of OpenSSL's error queue, as ERR_GET_REASON() gives
 * for library ERR_LIB_SSL. */
enum tls_cause tls_cause_of_reason(int reason);

/* Set err to cause and remedy. `host`: whom the client meant. `detail`: more
 * about the cause ("expired on ..."), or NULL. Returns -EACCES, or -EPROTO for
 * TLS_ABSENT and TLS_OTHER. */
int tls_refused(enum tls_cause cause, const struct access_security *s,
                const char *host, const char *detail, struct err *err);

#endif

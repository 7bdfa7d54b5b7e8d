/* tls_words.c - what failed in TLS, in words that name the remedy. */
#include "client/tls_words_own.h"

#include <errno.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

enum tls_cause tls_cause_of_verify(long result)
{
    switch (result) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_INVALID_CA:
        return TLS_AUTHORITY;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return TLS_HOST;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return TLS_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return TLS_NOT_YET;
    }
    return TLS_CERTIFICATE;
}

enum tls_cause tls_cause_of_reason(int reason)
{
    switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        return TLS_CLIENT;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
        return TLS_ABSENT;
    }
    return TLS_OTHER;
}

static const char *authorities(const struct access_security *s)
{
    return s->ca ? s->ca : "the system's list";
}

int tls_refused(enum tls_cause cause, const struct access_security *s,
                const char *host, const char *detail, struct err *err)
{
    const char *more = detail ? detail : "no more is known";

    switch (cause) {
    case TLS_AUTHORITY:
        return err_set(err, -EACCES,
                       "wrong authority: no authority in %s stands behind the "
                       "server's certificate (%s); put the certificate of the "
                       "server's authority into the CA file",
                       authorities(s), more);
    case TLS_HOST:
        return err_set(err, -EACCES,
                       "wrong host name: the server's certificate is not for "
                       "%s (%s); connect by a name in the certificate, or give "
                       "the server a certificate with %s among its subject "
                       "alternative names",
                       host, more, host);
    case TLS_EXPIRED:
        return err_set(err, -EACCES,
                       "expired: the time of the server's certificate is over "
                       "(%s); renew the certificate, and check the clock here",
                       more);
    case TLS_NOT_YET:
        return err_set(err, -EACCES,
                       "not yet valid: the time of the server's certificate "
                       "has not begun (%s); check the clocks here and where "
                       "the certificate was made",
                       more);
    case TLS_CERTIFICATE:
        return err_set(err, -EACCES,
                       "the server's certificate cannot be trusted (%s); give "
                       "the server another certificate",
                       more);
    case TLS_CLIENT:
        return err_set(err, -EACCES,
                       "the server refuses the client: %s (%s); give a "
                       "certificate, with its key, of an authority that the "
                       "server trusts",
                       s->cert ? s->cert : "no client certificate was given",
                       more);
    case TLS_ABSENT:
        return err_set(err, -EPROTO,
                       "the server does not speak TLS (%s); use the port of a "
                       "TLS listener, or a protocol without TLS",
                       more);
    case TLS_OTHER:
        break;
    }
    return err_set(err, -EPROTO, "TLS failed: %s", more);
}

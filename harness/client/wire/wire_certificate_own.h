/* wire_certificate_own.h - a defect of a certificate in words: names, dates,
 * issuers. Pure, but for the time zone database. */
#ifndef CLIENT_WIRE_CERTIFICATE_OWN_H
#define CLIENT_WIRE_CERTIFICATE_OWN_H

#include <openssl/x509_vfy.h>
#include <stddef.h>

/* Write about the error that a verification has met: the certificate concerned,
 * and the issuer, the names or the date that did not fit. Bytes from the
 * certificate are not checked for UTF-8. */
void certificate_defect(X509_STORE_CTX *store, char *to, size_t room);

#endif

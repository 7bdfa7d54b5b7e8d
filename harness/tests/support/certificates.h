/* certificates.h - authorities and certificates for tests, made anew by each
 * test: no key is kept in the repository, and none is trusted elsewhere. */
#ifndef SUPPORT_CERTIFICATES_H
#define SUPPORT_CERTIFICATES_H

#include <openssl/x509.h>

struct authority {
    EVP_PKEY *key;
    X509 *certificate;
};

/* Make an authority with the common name `name`, valid for a day, and write its
 * certificate to `path` (PEM; NULL: not written). */
void authority_make(struct authority *ret, const char *name, const char *path);
void authority_done(struct authority *a);

/* A certificate to be made, with a key on the curve P-256. */
struct certificate_wish {
    const char *name;  /* common name */
    const char *names; /* subject alternative names as OpenSSL writes them,
                          "DNS:localhost,IP:127.0.0.1"; NULL: none */
    long from_s, to_s; /* validity, seconds from now; both 0: for an hour,
                          since an hour ago */
    const char *key_password; /* NULL: the key is not encrypted */
};

/* Write key (PKCS#8), certificate, and certificate of the authority to one PEM
 * file. */
void certificate_make(const struct authority *by,
                      const struct certificate_wish *wish, const char *path);

#endif

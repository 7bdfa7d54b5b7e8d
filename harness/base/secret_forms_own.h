/* secret_forms_own.h - the ways in which programs write a secret down.
 *
 * As it is; escaped in JSON (RFC 8259: by jansson, by writers that escape the
 * solidus, by writers of ASCII alone; once, and as JSON within JSON); in a URL
 * (RFC 3986; application/x-www-form-urlencoded as java.net.URLEncoder has it;
 * encodeURIComponent of ECMAScript; hexadecimal digits in either case); and in
 * base64 (RFC 4648 sections 4 and 5), of the secret alone and at each of the
 * three byte offsets in a longer text, as the password of a header
 * "Authorization: Basic" has.
 */
#ifndef BASE_SECRET_FORMS_OWN_H
#define BASE_SECRET_FORMS_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "base/match_own.h"

/* Add all forms of `value`, `len` bytes with a NUL behind them, to `m` under
 * one id. */
void secret_forms(struct matcher *m, const char *value, size_t len,
                  uint32_t id);

#endif

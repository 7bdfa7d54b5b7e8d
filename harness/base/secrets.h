/* secrets.h - the secrets known to the process, and texts without secrets.
 *
 * Code that learns a secret adds the secret: the command line, the reader of a
 * scenario, an endpoint making a credential, a fault capturing a password. From
 * then on base/evidence_file.h and base/log.h write <secret:NAME> in place of
 * the value, in every form of secret_forms_own.h.
 *
 * A value of fewer than SECRET_LEAST bytes is not replaced: three letters stand
 * in half of all words, and a report full of holes would be useless. The
 * evidence lists the name with the reason (secrets_json()).
 *
 * Thread-safe. A forked process knows the secrets known at the fork; secrets
 * learnt later reach other processes through the file of secrets_keep().
 * Without memory the functions abort.
 */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"

enum { SECRET_LEAST = 4 };

/* Add `len` bytes as the secret `name` ("vars.db-password"). An empty value, or
 * a value known already, changes nothing. */
void secret_add(const char *name, const char *value, size_t len);

/* Whether the whole value is a known secret that is replaced in texts. */
bool secret_is(const char *value, size_t len);

/* Whether any secret is known that is replaced in texts. */
bool secrets_known(void);

/* Add the secrets in a configuration: every value, at any depth, under a key
 * for which secret_named() holds; the passwords inside a sasl.jaas.config; the
 * password in a URL (scheme://user:password@host). The name of a secret is
 * `path` and the keys leading to the value, joined by dots. */
void secrets_look(const json_t *value, const char *path);

/* Whether a configuration key is known to hold a secret, by its last words:
 * "ssl.key.password", "apiKey" and "sasl.jaas.config" are;
 * "password.encoder.iterations" is not. */
bool secret_named(const char *key);

/* A copy of `len` bytes with every known secret replaced and a NUL added; the
 * caller frees. ret_len may be NULL. Text replaced before stays unchanged. */
char *secrets_shown(const char *text, size_t len, size_t *ret_len);

/* `value` with the known secrets replaced in texts: a copy, or another
 * reference to `value` if no secret is known, so the result must not be
 * changed. The caller releases the result. Keys, and words from closed sets
 * ("outcome", "status", ...), are the program's own and stay: a document keeps
 * its shape whatever the secret is. Below "captured", "proof", "args", "config"
 * and "body" keys and numbers come from elsewhere, so secrets are replaced in
 * both. */
json_t *secrets_shown_json(const json_t *value);

/* The list [{name, replaced, why_not?}] of all secrets added, new. */
json_t *secrets_json(void);

/* Write all known secrets to a file (mode 0600), and from now on every secret
 * added by the process or a process forked from it. The file holds the values
 * and must not become evidence. */
MUST_USE int secrets_keep(const char *path, struct err *err);

/* Add the secrets of a file written by secrets_keep(). A missing file adds
 * none. */
MUST_USE int secrets_load(const char *path, struct err *err);

/* Forget all, for tests. */
void secrets_forget(void);

/* Copy the rest of the file `from` to `to` with the known secrets replaced, in
 * a single pass in linear time, with a block and the longest piece of a secret
 * in memory. 0 or negative errno. */
MUST_USE int secrets_stream(int from, FILE *to);

#endif

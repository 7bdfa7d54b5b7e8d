/* secrets.h - the secrets known to this process, and text without them.
 *
 * Whoever learns a secret adds it: the command line, the reader of a scenario,
 * an endpoint that makes a credential, a fault that captures a password. From
 * then on base/evidence_file.h and base/log.h write <secret:NAME> in its place,
 * in every form of secret_forms_own.h.
 *
 * A value of fewer than SECRET_LEAST bytes is not replaced: three letters stand
 * in half of all words, and a report full of holes tells nobody anything. The
 * evidence lists its name with the reason (secrets_json()).
 *
 * Any thread. Processes forked later know what was known at the fork; what they
 * learn reaches others through the file of secrets_keep(). Memory that lacks
 * aborts.
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

/* `len` bytes are the secret `name` ("vars.db-password"). An empty value and
 * one known already change nothing. */
void secret_add(const char *name, const char *value, size_t len);

/* Is all of it one secret, and replaced? */
bool secret_is(const char *value, size_t len);

/* Is there any that is replaced? */
bool secrets_known(void);

/* Add what `value` holds under keys that name a secret, at any depth: the last
 * word of the key is "password", "secret", "token" and the like
 * (secret_named()); the passwords inside of a sasl.jaas.config and of an URL
 * (scheme://user:password@host). `path` of the value goes before each key. */
void secrets_look(const json_t *value, const char *path);

/* Does a key of this name hold a secret? "ssl.key.password", "apiKey" and
 * "sasl.jaas.config" do; "password.encoder.iterations" does not. */
bool secret_named(const char *key);

/* `len` bytes with every known secret replaced, and a NUL behind them; the
 * caller frees. ret_len may be NULL. Bytes already replaced stay as they are.
 */
char *secrets_shown(const char *text, size_t len, size_t *ret_len);

/* `value` with the known secrets replaced in its texts: a copy, or `value` once
 * more where none is known, so only to be read. The caller releases it. Keys,
 * and words from closed sets ("outcome", "status", ...), are the program's own
 * and stay, so that a document keeps its shape whatever the secret is; below
 * "captured", "proof", "args", "config" and "body", where keys and numbers come
 * from elsewhere, both are replaced too. */
json_t *secrets_shown_json(const json_t *value);

/* [{name, replaced, why_not?}] of all that were added; new. */
json_t *secrets_json(void);

/* Write all that are known to a file (0600), and from now on whatever is added,
 * by this process or one forked from it. Not evidence: the file holds the
 * values themselves. */
MUST_USE int secrets_keep(const char *path, struct err *err);

/* Add what such a file holds. No file: nothing to add. */
MUST_USE int secrets_load(const char *path, struct err *err);

/* Forget all, for tests. */
void secrets_forget(void);

/* Copy what `from` still holds to `to` with the known secrets replaced: a file
 * of any size in a single pass, linear in its length, with a block and the
 * longest piece of a secret in memory. 0 or negative errno. */
MUST_USE int secrets_stream(int from, FILE *to);

#endif

/* evidence_file.h - the only way in which files of evidence are written.
 *
 * Evidence is what lies in a run's folder outside of work/ and undo/: read by
 * people and machines, copied, published. Known secrets (base/secrets.h) are
 * replaced on the way. Files have mode 0600 and folders 0700 whatever the umask
 * is. ci/check-evidence refuses other writers.
 *
 * Functions return 0 or negative errno.
 */
#ifndef BASE_EVIDENCE_FILE_H
#define BASE_EVIDENCE_FILE_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* Make a folder of evidence, its parent being there; one that is there gets its
 * mode. */
MUST_USE int evidence_folder(const char *path, struct err *err);

/* Write a JSON document, indented, keys sorted; the file is replaced whole. */
MUST_USE int evidence_put(const char *path, const json_t *value,
                          struct err *err);

/* The same of a text. */
MUST_USE int evidence_put_text(const char *path, const char *text, size_t len,
                               struct err *err);

/* The same of a report made from a document that evidence_put() wrote: secrets
 * are replaced in there, and words of the report that happen to equal one
 * stay. */
MUST_USE int evidence_put_report(const char *path, const char *text, size_t len,
                                 struct err *err);

/* A file of evidence that grows (ledger, journal, log), for O_APPEND; `flags`:
 * O_EXCL, O_TRUNC or 0. Whoever writes replaces the secrets (secrets_shown()).
 */
MUST_USE int evidence_open(const char *path, int flags, int *ret_fd,
                           struct err *err);

/* Copy a log of any size with known secrets replaced. Without any the copy may
 * be a hard link: the writer of `from` must have ended. */
MUST_USE int evidence_copy(const char *from, const char *to, struct err *err);

/* The same of every *.log of a folder into another, which is made. No folder
 * `from`: nothing to copy. Goes on past failures; returns the first. */
MUST_USE int evidence_copy_logs(const char *from, const char *to,
                                struct err *err);

/* Write what must stay as it is to undo a fault, secrets included (0600). Not
 * evidence: for undo/ and work/ alone. */
MUST_USE int evidence_keep(const char *path, const json_t *value,
                           struct err *err);
MUST_USE int evidence_keep_text(const char *path, const char *text, size_t len,
                                struct err *err);

#endif

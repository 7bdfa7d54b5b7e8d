/* evidence_file.h - the only place that opens files of evidence.
 *
 * Evidence is every file of a run's folder outside of work/ and undo/: read by
 * people and machines, copied, published. Known secrets (base/secrets.h) are
 * replaced on the way. Files have mode 0600 and folders 0700, whatever the
 * umask is. ci/check-evidence refuses other writers.
 *
 * Functions return 0 or negative errno. Thread-safe, but for two writers of the
 * same path.
 */
#ifndef BASE_EVIDENCE_FILE_H
#define BASE_EVIDENCE_FILE_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* Make a folder of evidence; the parent must exist. An existing folder gets the
 * mode 0700. */
MUST_USE int evidence_folder(const char *path, struct err *err);

/* Write a JSON document, indented, with sorted keys; the file is replaced as a
 * whole (file_write() in base/file.h). */
MUST_USE int evidence_put(const char *path, const json_t *value,
                          struct err *err);

/* As evidence_put(), of a text. */
MUST_USE int evidence_put_text(const char *path, const char *text, size_t len,
                               struct err *err);

/* Write a report made from a document of evidence_put(). The document is
 * already without secrets, so nothing is replaced, and a word of the report
 * that happens to equal a secret stays. */
MUST_USE int evidence_put_report(const char *path, const char *text, size_t len,
                                 struct err *err);

/* Open a growing file of evidence (ledger, journal, log) for appending;
 * `flags`: O_EXCL, O_TRUNC or 0. The writer has to replace secrets
 * (secrets_shown()). */
MUST_USE int evidence_open(const char *path, int flags, int *ret_fd,
                           struct err *err);

/* Copy a log of any size with known secrets replaced. If no secret is known the
 * copy may be a hard link, so the writer of `from` must have ended. */
MUST_USE int evidence_copy(const char *from, const char *to, struct err *err);

/* Copy every *.log of folder `from` to folder `to`, which is made, as
 * evidence_copy() does. A missing folder `from` is no error. Goes on after a
 * failure and returns the first. */
MUST_USE int evidence_copy_logs(const char *from, const char *to,
                                struct err *err);

/* Write data for undoing a fault, unchanged, secrets included (mode 0600). Only
 * for undo/ and work/, which are no evidence. */
MUST_USE int evidence_keep(const char *path, const json_t *value,
                           struct err *err);
MUST_USE int evidence_keep_text(const char *path, const char *text, size_t len,
                                struct err *err);

#endif

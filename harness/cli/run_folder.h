/* run_folder.h - where evidence lands: a folder for each run. */
#ifndef CLI_RUN_FOLDER_H
#define CLI_RUN_FOLDER_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Make the place for folders (--out). A place without write permission is
 * wrong usage, known before anything starts. Returns 0, or an exit code after a
 * complaint on stderr. */
int run_folder_place(const char *out_dir);

/* Make "20261120-163107-<tail>" with mode 0700 below out_dir, a folder made
 * before; a number is added if the name is taken. *ret_dir: absolute; *ret_id:
 * the last part of the path; both new. */
MUST_USE int run_folder_make(const char *out_dir, int64_t wall_us,
                             const char *tail, char **ret_dir, char **ret_id,
                             struct err *err);

#endif

/* leak.c - the defect leak: the credential is written to the worker's log. */
#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "standins/worker/defect_own.h"

static const char key[] = "http.authorization.file";

static int leak(struct defect *d, struct err *err)
{
    const char *path = property(d->config, key, "");
    AUTO_FREE char *token = NULL;
    int rc = file_read(path, &token, NULL, err);

    if (rc == 0)
        rc = defect_note_at(d, "", -1, -1, "written to the log", err);
    if (rc == 0)
        log_info(d->spec->actor, "Authorization: Bearer %s", token);
    return rc;
}

const struct defect_kind defect_leak = {
    .name = "leak",
    .needs_key = "http.authorization.file",
    .open = leak,
};

/* undo.c - undo/<step>.json, written before a fault and removed after. */
#include "engine/undo_own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/evidence_file.h"
#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"

/* A SIGKILL of the harness cannot touch the page cache, but a power cut loses
 * unsynced data. So both the file and its name in the folder are synced. */
static int sync_path(const char *path, struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) < 0)
        return err_errno(err, "%s", path);
    return 0;
}

void undo_boot(char ret[BOOT_TEXT])
{
    AUTO_FREE char *text = NULL;
    struct err ignored = {0};

    ret[0] = 0;
    if (file_read("/proc/sys/kernel/random/boot_id", &text, NULL, &ignored) < 0)
        return;
    text[strcspn(text, "\n")] = 0;
    (void)snprintf(ret, BOOT_TEXT, "%s", text);
}

int undo_write(const char *dir, const struct undo_record *r, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/%zu.json", dir, r->step);
    const char *key = target_key(r->target->ops);
    AUTO_JSON json_t *shown = secrets_shown_json(r->captured);
    char boot[BOOT_TEXT];
    AUTO_JSON json_t *record = NULL;
    int rc;

    undo_boot(boot);
    record = json_pack("{s:s, s:{s:s, s:s, s:i, s:s}, s:o, s:I, s:s, s:O, s:O}",
                       "kind", r->ops->name, "target", "key", key ? key : "",
                       "name", r->target->name, "task", r->target->task,
                       "words", r->target->words, "args",
                       args_json(r->ops->args, r->ops->args_len, r->args),
                       "due_us", (json_int_t)r->due_us, "boot", boot, "shown",
                       shown, "kept", r->captured);
    if (!record)
        return err_set(err, -EINVAL, "%s: cannot be written as JSON", path);
    rc = evidence_keep(path, record, err);
    if (rc == 0)
        rc = sync_path(path, err);
    return rc == 0 ? sync_path(dir, err) : rc;
}

int undo_remove(const char *dir, size_t step, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/%zu.json", dir, step);

    if (unlink(path) < 0 && errno != ENOENT)
        return err_errno(err, "%s", path);
    return 0;
}

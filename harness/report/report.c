/* report.c - the table of report formats; writes every report. */
#include "report/report.h"

#include <string.h>

#include "base/evidence_file.h"
#include "base/file.h"
#include "base/own.h"

#define REPORT_KIND(id) extern const struct report_format report_##id;
#include "report/report_kinds.def"
#undef REPORT_KIND

static const struct report_format *const formats[] = {
#define REPORT_KIND(id) &report_##id,
#include "report/report_kinds.def"
#undef REPORT_KIND
};

const struct report_format *const *report_formats(size_t *ret_len)
{
    *ret_len = ARRAY_LEN(formats);
    return formats;
}

const struct report_format *report_format_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

static int write_one(const struct report_format *format, const json_t *run,
                     const char *dir, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/%s", dir, format->file_name);
    AUTO_FREE char *text = format->render(run);

    return evidence_put_report(path, text, strlen(text), err);
}

int report_write_all(const json_t *run, const char *dir, struct err *err)
{
    int rc = report_check(run, err);

    if (rc < 0)
        return err_context(err, "run.json");
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        rc = write_one(formats[i], run, dir, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

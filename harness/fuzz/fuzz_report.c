/* fuzz_report.c - run.json, as input of reports: every format can show a
 * run.json that passes report_check(). */
#include <assert.h>
#include <string.h>

#include "base/own.h"
#include "fuzz/fuzz.h"
#include "report/report.h"

static void show(const json_t *run)
{
    size_t n;
    const struct report_format *const *formats = report_formats(&n);
    AUTO_FREE char *verdict = report_verdict(run, true, 60);
    AUTO_FREE char *table = report_suite_table(&run, 1, false);

    assert(verdict[0] && table[0]);
    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *text = formats[i]->render(run);

        assert(text[0] && text[strlen(text) - 1] == '\n');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    AUTO_JSON json_t *run = json_loadb((const char *)data, len, 0, NULL);
    struct err err = {0};

    if (!run)
        return 0;
    if (report_check(run, &err) == 0)
        show(run);
    else
        assert(err.text[0]);
    return 0;
}

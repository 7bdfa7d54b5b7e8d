/* scenario.c - a scenario file, YAML or JSON: read, bound, and its plan told.
 */
#include <assert.h>
#include <string.h>

#include "base/own.h"
#include "engine/plan.h"
#include "fuzz/fuzz.h"

/* A complaint is one line that begins with the file. */
static void look_at_complaints(const struct doc *d, const char *path)
{
    for (size_t i = 0; i < doc_complaints(d); i++) {
        const char *line = doc_complaint(d, i);

        assert(strncmp(line, path, strlen(path)) == 0);
        assert(!strchr(line, '\n'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct plan_overrides overrides[] = {{0},
                                                      {.platform = "embedded"}};
    const char *path = input_file(0, data, len);

    for (size_t i = 0; i < ARRAY_LEN(overrides); i++) {
        struct err err = {0};
        struct plan plan;
        struct doc *d;
        int rc = doc_load(path, NULL, 0, &d, &err);

        assert(rc == 0);
        plan_bind(d, &overrides[i], &plan);
        look_at_complaints(d, path);
        if (doc_complaints(d) == 0) {
            AUTO_FREE char *text = plan_text(&plan, NULL);

            assert(text && text[0]);
            (void)!plan_able(&plan, &err);
        }
        plan_done(&plan);
        doc_free(d);
    }
    return 0;
}

/* fuzz_plan.c - a scenario file, YAML or JSON: read, bound to a plan, and the
 * plan printed. */
#include <assert.h>

#include "base/own.h"
#include "fuzz/fuzz.h"
#include "plan/plan.h"

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
        if (doc_complaints(d) == 0) {
            AUTO_FREE char *text = plan_text(&plan, NULL);

            assert(text && text[0]);
            told_elsewhere(plan_able(&plan, &err));
        }
        plan_done(&plan);
        doc_free(d);
    }
    return 0;
}

/* fuzz_scenario.c - a scenario file, YAML or JSON: parsed, and all sections
 * read. */
#include <assert.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "scenario/doc.h"
#include "scenario/scenario.h"

/* A complaint is a single line that begins with the file's name. */
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
    const char *path = input_file(0, data, len);
    const char *const set[] = {"rate=5", "name=${other}"};
    const char *const targets[] = {"worker", "topic", "on", NULL};
    struct err err = {0};

    for (size_t n = 0; n < 3; n += 2) {
        struct scenario s;
        struct doc *d;
        int rc = doc_load(path, set, n, &d, &err);

        assert(rc == 0 && doc_root(d));
        scenario_read(d, targets, &s);
        for (size_t i = 0; i < s.connectors_len; i++)
            if (s.connectors[i].name)
                (void)scenario_guarantee(&s, d, s.connectors[i].name);
        look_at_complaints(d, path);
        scenario_done(&s);
        doc_free(d);
    }
    return 0;
}

/* samples.c - complete run.json files. */
#include "samples.h"

#include <check.h>

#include "base/file.h"
#include "base/own.h"

const struct sample_row samples[SAMPLES] = {
    {"pass"}, {"fail"}, {"inconclusive"}, {"expected-fail"}};

char *sample_path(const char *name)
{
    return path_of("%s/harness/tests/report/samples/%s", SOURCE_DIR, name);
}

json_t *sample(const char *name)
{
    AUTO_FREE char *file = path_of("%s.json", name);
    AUTO_FREE char *path = sample_path(file);
    struct err err = {0};
    json_t *run = NULL;

    ck_assert_msg(json_read(path, &run, &err) == 0, "%s", err.text);
    return run;
}

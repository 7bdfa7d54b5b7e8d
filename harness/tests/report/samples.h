/* samples.h - complete run.json files, shared by the tests of report/. */
#ifndef TESTS_REPORT_SAMPLES_H
#define TESTS_REPORT_SAMPLES_H

#include <check.h>
#include <jansson.h>

#include "base/file.h"
#include "base/own.h"

#ifndef SOURCE_DIR
#define SOURCE_DIR "." /* the top of the tree, a definition of the build */
#endif

static const struct {
    const char
        *name; /* names of samples/<name>.json and samples/<name>.verdict.txt */
} samples[] = {{"pass"}, {"fail"}, {"inconclusive"}, {"expected-fail"}};

enum { SAMPLES = ARRAY_LEN(samples) };

/* The content of samples/<name>; the caller frees. */
static inline char *sample_path(const char *name)
{
    return path_of("%s/harness/tests/report/samples/%s", SOURCE_DIR, name);
}

/* A sample as a document; new. */
static inline json_t *sample(const char *name)
{
    AUTO_FREE char *file = path_of("%s.json", name);
    AUTO_FREE char *path = sample_path(file);
    struct err err = {0};
    json_t *run = NULL;

    ck_assert_msg(json_read(path, &run, &err) == 0, "%s", err.text);
    return run;
}

#endif

/* samples.h - complete run.json files, shared by the tests of report/. */
#ifndef TESTS_REPORT_SAMPLES_H
#define TESTS_REPORT_SAMPLES_H

#include <jansson.h>

/* samples/<name>.json and samples/<name>.verdict.txt belong together. */
struct sample_row {
    const char *name;
};

enum { SAMPLES = 4 };
extern const struct sample_row samples[SAMPLES];

/* The path of samples/<name>; the caller frees. */
char *sample_path(const char *name);

/* A sample as a document; new. */
json_t *sample(const char *name);

#endif

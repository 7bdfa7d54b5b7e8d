/* sections_own.h - the tables of a scenario's sections, and the structs filled
 * by the tables. */
#ifndef SCENARIO_SECTIONS_OWN_H
#define SCENARIO_SECTIONS_OWN_H

#include "scenario/args.h"
#include "scenario/scenario.h"

/* The file itself. Sections with a shape of their own stay JSON values. */
struct root_text {
    struct scenario s;
    const json_t *guarantee, *guarantees, *platform, *topics, *endpoints;
    const json_t *connectors, *load, *flow, *timeline, *expect, *verdict;
    const json_t *timeouts, *vars;
    int64_t seed;
};

struct guarantee_text {
    struct guarantee g;
    const json_t *duplicates;
};

struct load_text {
    struct load load;
    int64_t acks;        /* index in "all", "0", "1" */
    int64_t compression; /* index in compression_words */
};

extern const char *const compression_words[];

struct kind_text {
    const char *kind;
};

/* Room for the keys of a step: own keys, and keys of targets. */
enum { STEP_ARGS_MAX = STEP_TARGETS_MAX + 8 };

struct step_text {
    struct step step;
    const char *targets[STEP_TARGETS_MAX];
};

struct relax_text {
    const char *kind;
    const char *reason;
};

enum section_id {
    SECTION_ROOT,
    SECTION_GUARANTEE,
    SECTION_PLATFORM,
    SECTION_TOPIC,
    SECTION_ENDPOINT,
    SECTION_CONNECTOR,
    SECTION_LOAD,
    SECTION_STEP,
    SECTION_RELAX,
    SECTION_VERDICT,
    SECTION_TIMEOUTS,
    SECTIONS,
};

const struct section *section_of(enum section_id id);

/* args_read() with the table of section `id`. */
MUST_USE size_t section_read(enum section_id id, const json_t *object,
                             struct doc *d, const char *path, void *out);

/* A copy of `object` without `kind`, owned by the document. */
const json_t *without_kind(struct doc *d, const json_t *object);

/* Complain unless `name` consists of letters, digits and `extra`, has at most
 * `max` bytes, and begins with a letter or digit. `is_key`: the name is the key
 * at the end of `path`, else the value there. */
bool name_check(struct doc *d, const char *path, const char *name,
                const char *extra, size_t max, bool is_key);

/* Zeroed memory for an array of a scenario; aborts without memory. NULL for n =
 * 0. */
void *array_of(size_t n, size_t size);

/* The parts of scenario_read(). Each complains and goes on. */
struct guarantee guarantee_read(struct doc *d, const json_t *object,
                                const char *path, const struct guarantee *base);
void flows_read(struct doc *d, struct scenario *s, const struct root_text *t);
void timeline_read(struct doc *d, struct scenario *s, const json_t *timeline,
                   const char *const *targets);

/* Put the keys of a step, target keys among them, into `out`; returns the
 * number of keys. `targets` is NULL-terminated. */
size_t step_args_with(const char *const *targets,
                      struct arg out[STEP_ARGS_MAX]);

#endif

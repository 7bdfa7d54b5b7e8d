/* fault_step.c - drives a step of a timeline in the fake world. */
#include "fault_step.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

struct doc *any_doc(void)
{
    char path[] = "/tmp/ordeal-fault-XXXXXX";
    int fd = mkstemp(path);
    struct err err = {0};
    struct doc *d;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write_all(fd, "{}\n", 3, &err), 0);
    (void)close(fd);
    ck_assert_msg(doc_load(path, NULL, 0, &d, &err) == 0, "%s", err.text);
    (void)unlink(path);
    return d;
}

void step_begin(struct step *it, const char *kind, const char *words,
                const char *with)
{
    struct rng rng = {7};
    struct err err = {0};

    *it = (struct step){.ops = fault_find(kind), .doc = any_doc()};
    ck_assert_msg(it->ops != NULL, "%s", kind);
    ck_assert_msg(target_resolve(&w.field, it->ops->target, words, &rng,
                                 &it->target, &err) == 0,
                  "%s", err.text);
    it->with = with ? json_loads(with, 0, NULL) : json_object();
    it->args = calloc(1, it->ops->args_size + 1);
    it->state = calloc(1, it->ops->state_size + 1);
    it->captured = json_object();
    it->proof = json_object();
    ck_assert_msg(args_read(it->ops->args, it->ops->args_len, it->with, it->doc,
                            "with", it->args) == 0,
                  "%s", doc_complaint(it->doc, 0));
    it->call = (struct fault_call){
        .ops = it->ops,
        .field = &w.field,
        .target = &it->target,
        .args = it->args,
        .captured = it->captured,
        .seed = UINT64_C(0xfedcba9876543210),
        .state = it->state,
    };
}

static void step_end(struct step *it)
{
    json_decref(it->with);
    json_decref(it->captured);
    json_decref(it->proof);
    free(it->args);
    free(it->state);
    doc_free(it->doc);
}

int step_capture(struct step *it, struct err *err)
{
    json_t *captured = NULL;
    int rc = it->ops->capture ? it->ops->capture(&it->call, &captured, err) : 0;

    if (captured) {
        json_decref(it->captured);
        it->call.captured = it->captured = captured;
    }
    return rc;
}

int step_landed(struct step *it, struct err *err)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        int rc;

        *err = (struct err){0};
        rc = it->ops->landed(&it->call, it->proof, err);
        if (rc != 0)
            return rc;
    }
    return 0;
}

int step_mended(struct step *it, struct err *err)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        int rc;

        *err = (struct err){0};
        rc = it->ops->mended ? it->ops->mended(&it->call, err) : 1;
        if (rc > 0 || rc == -ENOTRECOVERABLE)
            return rc;
    }
    return 0;
}

void step_revert(struct step *it)
{
    struct err err = {0};

    if (it->ops->revert)
        ck_assert_msg(it->ops->revert(&it->call, &err) == 0, "%s: %s",
                      it->ops->name, err.text);
    ck_assert_msg(step_mended(it, &err) == 1, "%s: %s", it->ops->name,
                  err.text);
}

void step_forget(struct step *it)
{
    memset(it->state, 0, it->ops->state_size);
    memset(it->args, 0, it->ops->args_size);
}

struct step s;

/* Proofs must be younger. Some tests act on the world in place of apply(). */
static void note_time(void)
{
    s.call.began_wall_us = clk_wall_us();
    s.call.began_monotonic_us = clk_monotonic_us();
}

void begin(const char *kind, const char *words, const char *with)
{
    struct err err = {0};

    world_begin();
    step_begin(&s, kind, words, with);
    ck_assert_msg(step_capture(&s, &err) == 0, "%s", err.text);
    note_time();
}

void apply(void)
{
    struct err err = {0};

    note_time();
    ck_assert_msg(s.ops->apply(&s.call, &err) == 0, "%s: %s", s.ops->name,
                  err.text);
}

void finish(void)
{
    step_end(&s);
    world_end();
}

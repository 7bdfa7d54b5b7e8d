/* step.h - drives a step of a timeline through a fault's life in the fake
 * world, by the same calls as the engine. */
#ifndef TESTS_FAULT_STEP_H
#define TESTS_FAULT_STEP_H

#include "base/file.h"
#include "scenario/doc.h"
#include "world.h"

/* A fault with target and arguments, and its state between the calls. */
struct step {
    const struct fault_ops *ops;
    struct target target;
    struct doc *doc;
    json_t *with, *captured, *proof;
    void *args, *state;
    struct fault_call call;
};

/* An empty document, in which args_read() places complaints. New. */
static inline struct doc *any_doc(void)
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

static inline void step_begin(struct step *s, const char *kind,
                              const char *words, const char *with)
{
    struct rng rng = {7};
    struct err err = {0};

    *s = (struct step){.ops = fault_find(kind), .doc = any_doc()};
    ck_assert_msg(s->ops != NULL, "%s", kind);
    ck_assert_msg(target_resolve(&w.field, s->ops->target, words, &rng,
                                 &s->target, &err) == 0,
                  "%s", err.text);
    s->with = with ? json_loads(with, 0, NULL) : json_object();
    s->args = calloc(1, s->ops->args_size + 1);
    s->state = calloc(1, s->ops->state_size + 1);
    s->captured = json_object();
    s->proof = json_object();
    ck_assert_msg(args_read(s->ops->args, s->ops->args_len, s->with, s->doc,
                            "with", s->args) == 0,
                  "%s", doc_complaint(s->doc, 0));
    s->call = (struct fault_call){
        .ops = s->ops,
        .field = &w.field,
        .target = &s->target,
        .args = s->args,
        .captured = s->captured,
        .seed = UINT64_C(0xfedcba9876543210),
        .state = s->state,
    };
}

static inline void step_end(struct step *s)
{
    json_decref(s->with);
    json_decref(s->captured);
    json_decref(s->proof);
    free(s->args);
    free(s->state);
    doc_free(s->doc);
}

static inline int step_capture(struct step *s, struct err *err)
{
    json_t *captured = NULL;
    int rc = s->ops->capture ? s->ops->capture(&s->call, &captured, err) : 0;

    if (captured) {
        json_decref(s->captured);
        s->call.captured = s->captured = captured;
    }
    return rc;
}

/* Calls landed() until the answer is not 0, as often as LOOKS_MAX. Returns the
 * answer; 0: the fault did not land in time. */
static inline int step_landed(struct step *s, struct err *err)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        int rc;

        *err = (struct err){0};
        rc = s->ops->landed(&s->call, s->proof, err);
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* Calls mended() until the fault is mended or not recoverable, as often as
 * LOOKS_MAX. Other errors are transient, as for the engine. */
static inline int step_mended(struct step *s, struct err *err)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        int rc;

        *err = (struct err){0};
        rc = s->ops->mended ? s->ops->mended(&s->call, err) : 1;
        if (rc > 0 || rc == -ENOTRECOVERABLE)
            return rc;
    }
    return 0;
}

static inline void step_revert(struct step *s)
{
    struct err err = {0};

    if (s->ops->revert)
        ck_assert_msg(s->ops->revert(&s->call, &err) == 0, "%s: %s",
                      s->ops->name, err.text);
    ck_assert_msg(step_mended(s, &err) == 1, "%s: %s", s->ops->name, err.text);
}

/* Forgets state and arguments. A process reverting from undo/ after a kill has
 * only the target and the captured values. */
static inline void step_forget(struct step *s)
{
    memset(s->state, 0, s->ops->state_size);
    memset(s->args, 0, s->ops->args_size);
}

/* The step of the running test. */
static struct step s;

/* A new world, and a step in the world up to the capture. */
static inline void begin(const char *kind, const char *words, const char *with)
{
    struct err err = {0};

    world_begin();
    step_begin(&s, kind, words, with);
    ck_assert_msg(step_capture(&s, &err) == 0, "%s", err.text);
}

static inline void apply(void)
{
    struct err err = {0};

    ck_assert_msg(s.ops->apply(&s.call, &err) == 0, "%s: %s", s.ops->name,
                  err.text);
}

static inline void end(void)
{
    step_end(&s);
    world_end();
}

#endif

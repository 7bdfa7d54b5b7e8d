/* sandbox_vanished.c - the cluster disappears for good, in each phase of a
 * run: no verdict on the connector, a sentence about the cluster, within a
 * bound; the content of files and sinks is still judged.
 *
 * All runs go at the same time, as a run mostly waits.
 */
#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "killing.h"
#include "spawned.h"

enum { ENOUGH_S = 240 };

/* From the kill to the end of the program: less than the 60 s of a broker
 * without an answer, and than the 120 s of a record without a delivery
 * report. */
static const int64_t bound_us = 50 * US_PER_S;

static const struct vanishing {
    const char *phase;
    const char *sign;  /* text in the journal that marks the moment */
    const char *nodes; /* prefix of the names of the nodes to kill */
    bool loaded;       /* records had been sent by then */
    bool judged; /* everything had been read by then, and the verdict stands */
} cases[] = {
    {"up", "\"phase\":\"up\"", "cluster", false, false},
    {"connect", "\"phase\":\"connect\"", "cluster", false, false},
    {"load", "\"phase\":\"steady\"", "broker-", true, false},
    {"fault", "\"what\":\"landed\"", "cluster", true, false},
    {"recovery", "\"what\":\"mended\"", "broker-", true, false},
    {"drain", "\"phase\":\"drain\"", "cluster", true, false},
    {"replay", "\"phase\":\"replay\"", "broker-", true, false},
    {"verdict", "\"phase\":\"down\"", "cluster", true, true},
};

enum { AT_ONCE = 8, ROUNDS = ARRAY_LEN(cases) / AT_ONCE };

_Static_assert(ARRAY_LEN(cases) % AT_ONCE == 0, "a round would be left out");

struct vanished {
    const struct vanishing *c;
    struct spawned s;
    int64_t struck_us; /* 0: not yet */
    int64_t ended_us;  /* 0: not yet */
    int status;
};

/* Kill the nodes of the case, by the pids in keeper.json: all of them, or
 * none if some has not started. */
static bool strike(const struct vanishing *c, const char *folder)
{
    AUTO_FREE char *path = path_of("%s/work/keeper.json", folder);
    AUTO_JSON json_t *record = NULL;
    struct err err = {0};
    const char *name;
    json_t *node;
    pid_t at[8];
    size_t n = 0;

    if (json_read(path, &record, &err) < 0)
        return false;
    json_object_foreach (look(record, "nodes"), name, node) {
        pid_t pid = (pid_t)look_int(node, "pid");
        AUTO_FREE char *number = path_of("%d", (int)pid);

        if (strncmp(name, c->nodes, strlen(c->nodes)) != 0)
            continue;
        if (pid <= 0 || !is_marked(number, folder))
            return false;
        ck_assert_uint_lt(n, ARRAY_LEN(at));
        at[n++] = pid;
    }
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(kill(at[i], SIGKILL), 0);
    return n > 0;
}

static void strike_in_time(struct vanished *v)
{
    AUTO_FREE char *folder = spawned_folder(&v->s);
    AUTO_FREE char *path = path_of("%s/journal.jsonl", folder ? folder : "");
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    if (folder && file_read(path, &text, NULL, &err) == 0 &&
        strstr(text, v->c->sign) && strike(v->c, folder))
        v->struck_us = clk_monotonic_us();
}

static int all_ended(void *ctx, struct err *err)
{
    struct vanished *all = ctx;
    int left = 0;

    (void)err;
    for (size_t i = 0; i < AT_ONCE; i++) {
        struct vanished *v = &all[i];

        if (v->ended_us)
            continue;
        if (v->struck_us == 0)
            strike_in_time(v);
        if (waitpid(v->s.pid, &v->status, WNOHANG) == v->s.pid)
            v->ended_us = clk_monotonic_us();
        else
            left++;
    }
    return left == 0;
}

static bool has_reason(const json_t *run, const char *part)
{
    size_t i;
    json_t *o;
    bool has = false;

    json_array_foreach (look(run, "reasons"), i, o)
        has |= strstr(json_string_value(o), part) != NULL;
    return has;
}

/* Everything that can be read without the cluster must have been read. */
static void ends_are_read(const struct vanishing *c, const json_t *run)
{
    static const char *const ends[] = {"shop", "copied"};
    size_t i, found = 0;
    json_t *o;

    json_array_foreach (look(run, "stations"), i, o) {
        for (size_t k = 0; k < ARRAY_LEN(ends); k++) {
            if (!look_is(o, "name", ends[k]))
                continue;
            found++;
            ck_assert_msg(look_true(o, "read"), "%s: %s: %s", c->phase, ends[k],
                          look_text(o, "why_not"));
        }
    }
    ck_assert_msg(found == ARRAY_LEN(ends), "%s: %zu ends in run.json",
                  c->phase, found);
}

static void is_in_bounds(const struct vanished *v, const char *said)
{
    int64_t took_us = v->ended_us - v->struck_us;
    struct killing k = {0};
    char who[128] = "";

    (void)snprintf(k.out, sizeof(k.out), "%s", v->s.out);
    dprintf(1, "%s: status %d after %.1fs\n", v->c->phase, v->status,
            (double)took_us / US_PER_S);
    ck_assert_msg(v->struck_us > 0, "%s: it never came so far:\n%.3000s",
                  v->c->phase, said);
    ck_assert_msg(took_us < bound_us, "%s: %.1fs:\n%.3000s", v->c->phase,
                  (double)took_us / US_PER_S, said);
    ck_assert_msg(WIFEXITED(v->status), "%s:\n%.3000s", v->c->phase, said);
    ck_assert_msg(count_left(&k, who, sizeof(who)) == 0, "%s: %s is left",
                  v->c->phase, who);
}

static void is_no_verdict(const struct vanished *v)
{
    AUTO_FREE char *said = spawned_text(&v->s);
    AUTO_JSON json_t *run = NULL;
    const char *gone = strcmp(v->c->nodes, "cluster") == 0
                           ? "ordeal-mock, which holds the topics, is gone"
                           : "no broker is left (the last of them, broker-";
    int code;

    is_in_bounds(v, said);
    code = WEXITSTATUS(v->status);
    if (v->c->judged && code == 0)
        return;
    run = spawned_evidence(&v->s);
    ck_assert_msg(code == 2, "%s: exit code %d:\n%.3000s", v->c->phase, code,
                  said);
    ck_assert_msg(has_reason(run, gone), "%s:\n%.3000s", v->c->phase, said);
    if (v->c->loaded)
        ends_are_read(v->c, run);
}

START_TEST(a_cluster_that_is_gone_is_no_verdict)
{
    struct vanished all[AT_ONCE] = {0};
    struct clk clk = clk_real();
    struct err err = {0};

    for (size_t i = 0; i < AT_ONCE; i++) {
        all[i].c = &cases[(size_t)_i * AT_ONCE + i];
        spawned_init(&all[i].s);
        spawned_start(&all[i].s,
                      (const char *[]){"run", "--sandbox", "off", "--out",
                                       all[i].s.out,
                                       SOURCE_DIR "/harness/tests/cli/ordeals/"
                                                  "two-ends.yaml",
                                       NULL});
    }
    ck_assert_msg(wait_until(&clk, all_ended, all, 10 * US_PER_MS,
                             clk_now(&clk) + ENOUGH_S * (int64_t)US_PER_S,
                             "the end of all", &err) == 0,
                  "%s", err.text);
    for (size_t i = 0; i < AT_ONCE; i++) {
        is_no_verdict(&all[i]);
        spawned_done(&all[i].s);
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_cluster_that_is_gone_is_no_verdict, 0, ROUNDS);
}

SUITE_MAIN_TIMEOUT("vanished", fill, ENOUGH_S + 60)

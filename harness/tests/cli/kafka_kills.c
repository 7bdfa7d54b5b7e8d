/* kafka_kills.c - kill -9 of any of the three processes while load runs:
 * only evidence may be left, and the evidence is still judged.
 */
#include "killing.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"

static const struct kill_case {
    enum sandbox mode;
    enum victim victim;
    const char *scenario;
    bool in_force; /* kill while the fault is in force */
    bool judged;   /* followed by a verify, which takes some time */
} cases[] = {
    {SANDBOX_ON, OUTER, "file-to-topic-to-file", false, true},
    {SANDBOX_ON, KEEPER, "topic-to-http", false, false},
    {SANDBOX_ON, ENGINE, "topic-to-http", true, true},
    {SANDBOX_OFF, OUTER, "topic-to-http", true, false},
    {SANDBOX_OFF, KEEPER, "file-to-topic-to-file", false, true},
    {SANDBOX_OFF, ENGINE, "topic-to-http", false, false},
};

enum { SEED = 20261120, FIRST_OFF = 3 };

static bool has_reason(const json_t *run, const char *part)
{
    size_t i;
    json_t *o;
    bool has = false;

    json_array_foreach (look(run, "reasons"), i, o)
        has |= strstr(json_string_value(o), part) != NULL;
    return has;
}

/* A surviving outer program says in run.json that the run was broken off. */
static void outer_says(const struct killing *k, enum victim victim)
{
    AUTO_JSON json_t *run = json_of(k, "run.json");

    if (victim == OUTER) {
        ck_assert(WIFSIGNALED(k->wait_status));
        ck_assert_ptr_null(run);
        return;
    }
    ck_assert(WIFEXITED(k->wait_status));
    ck_assert_int_eq(WEXITSTATUS(k->wait_status), OUTCOME_INCONCLUSIVE);
    ck_assert(look_true(run, "run.broken_off"));
    ck_assert(has_reason(run, "killed by signal 9 (Killed)"));
    ck_assert(has_reason(run, "`ordeal verify "));
}

static void digest_of(const struct killing *k, char ret[SHA256_HEX])
{
    AUTO_FREE char *path = path_of("%s/report.html", k->run);
    struct err err = {0};

    if (sha256_file(path, ret, &err) < 0)
        ret[0] = 0; /* the outer program was killed: no report */
}

static void all_was_read(const json_t *run)
{
    size_t i;
    json_t *o;

    ck_assert_uint_ge(look_len(run, "stations"), 2);
    json_array_foreach (look(run, "stations"), i, o) {
        ck_assert_msg(look_true(o, "read"), "%s: %s", look_text(o, "name"),
                      look_text(o, "why_not"));
        ck_assert_msg(look_int(o, "distinct") > 0, "%s: nothing in it",
                      look_text(o, "name"));
    }
}

static void is_judged(const struct killing *k, const struct kill_case *c)
{
    AUTO_FREE char *page = path_of("%s/verify/report.html", k->run);
    AUTO_JSON json_t *run = NULL;
    char before[SHA256_HEX], after[SHA256_HEX];

    digest_of(k, before);
    ck_assert_int_eq(verify(k, &run), OUTCOME_INCONCLUSIVE);
    digest_of(k, after);
    ck_assert_str_eq(before, after);
    ck_assert_int_eq(access(page, R_OK), 0);
    ck_assert_str_eq(look_text(run, "outcome"), "inconclusive");
    ck_assert(has_reason(run, "the run was broken off in phase"));
    ck_assert_int_gt(look_int(run, "load.acknowledged"), 0);
    all_was_read(run);
    if (!c->in_force)
        return;
    ck_assert(has_reason(run, "timeline[0]: worker_pause was not proven mended:"
                              " it was in force when the run was broken off, "
                              "undo/0.json"));
    /* Each line matches the pattern, but a killed run cannot tell whose
     * lines they are. */
    ck_assert(has_reason(run, "log_free_of: not judged: it cannot be told"));
}

/* Corrupt data in a sink is proven, whoever was killed. */
static void wrong_fails(const struct killing *k)
{
    AUTO_FREE char *path = path_of("%s/work/copied/copied.txt", k->run);
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *run = NULL;
    struct err err = {0};
    size_t len;

    ck_assert_msg(file_read(path, &text, &len, &err) == 0, "%s", err.text);
    text[100] = text[100] == 'a'
                    ? 'b'
                    : 'a'; /* inside of the payload of the first record */
    ck_assert(file_write(path, text, len, &err) == 0);
    ck_assert_int_eq(verify(k, &run), OUTCOME_FAIL);
    ck_assert_str_eq(look_text(run, "outcome"), "fail");
}

/* A last line cut short by the kill is not a fault of the connector. */
static void cut_last_line(const struct killing *k)
{
    AUTO_FREE char *path = path_of("%s/work/copied/copied.txt", k->run);
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(truncate(path, st.st_size - 30), 0);
}

START_TEST(nothing_is_left_but_evidence)
{
    const struct kill_case *c = &cases[_i];
    struct rng draw = rng_for(SEED, victim_names[c->victim]);
    struct killing k;
    char who[128];

    killing_start(&k, c->mode, c->scenario, SEED + (uint64_t)_i);
    await_line(&k, c->in_force ? has_landed : has_sent);
    let_run(&k, (int64_t)rng_below(&draw, 3 * US_PER_S));
    /* Prove that the search finds the processes of a live run. Otherwise a
     * later "none left" would mean nothing. */
    ck_assert_int_ge(count_left(&k, who, sizeof(who)), 5);
    ck_assert(lease_is_held(&k) == (c->mode == SANDBOX_OFF));
    ck_assert_msg(kill_one(&k, c->victim), "there was none to kill");
    nothing_is_left(&k);
    outer_says(&k, c->victim);
    if (c->judged && !c->in_force)
        cut_last_line(&k);
    if (c->judged)
        is_judged(&k, c);
    if (c->judged && c->mode == SANDBOX_OFF)
        wrong_fails(&k);
    killing_done(&k);
}
END_TEST

static pid_t sink_of(const struct killing *k)
{
    DIR *dir = opendir("/proc");
    struct dirent *e;
    pid_t found = -1;

    ck_assert_ptr_nonnull(dir);
    while ((e = readdir(dir))) {
        size_t len;
        AUTO_FREE char *comm = text_of_proc(e->d_name, "comm", &len);

        if (comm && strcmp(comm, "ordeal-http\n") == 0 &&
            is_marked(e->d_name, k->out))
            found = (pid_t)strtol(e->d_name, NULL, 10);
    }
    (void)closedir(dir);
    return found;
}

/* Nothing arrives in a sink whose server is gone; the connector is not to
 * blame. */
START_TEST(the_end_of_our_own_sink_is_no_failure)
{
    AUTO_JSON json_t *run = NULL;
    struct killing k;

    killing_start(&k, SANDBOX_OFF, "topic-to-http", SEED);
    await_line(&k, has_sent);
    ck_assert_int_eq(kill(sink_of(&k), SIGKILL), 0);
    let_run(&k, patience_us); /* to the end of the run */
    ck_assert_int_eq(waitpid(k.outer, &k.wait_status, 0), k.outer);
    ck_assert(WIFEXITED(k.wait_status));
    ck_assert_int_eq(WEXITSTATUS(k.wait_status), OUTCOME_INCONCLUSIVE);
    run = json_of(&k, "run.json");
    ck_assert(has_reason(run, "shop: its server is gone (killed by signal 9"));
    nothing_is_left(&k);
    killing_done(&k);
}
END_TEST

static void fill(TCase *tc, int first)
{
    tcase_add_test(tc, the_end_of_our_own_sink_is_no_failure);
    tcase_add_loop_test(tc, nothing_is_left_but_evidence,
                        first == 0 ? 0 : FIRST_OFF, (int)ARRAY_LEN(cases));
}

BOTH_MODES_MAIN("kills", fill, 240)

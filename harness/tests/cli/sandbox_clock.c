/* sandbox_clock.c - the wall clock jumps by an hour, back or forward, during
 * a run: guarantees still hold, no finding appears, and the run ends.
 *
 * The clock jumps for the three processes of ordeal ("the harness") or for
 * every process of the run ("all"). A preloaded library takes the place of
 * the clock functions of libc.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "killing.h"
#include "spawned.h"

enum { ENOUGH_S = 240, HOUR_S = 3600 };

static const char clock_library[] = BUILD_DIR "/tests/shifted_clock.so";

static const struct setting {
    const char *what;
    int64_t by_s;
    bool all;
} cases[] = {
    {"back, the harness", -HOUR_S, false},
    {"forward, the harness", HOUR_S, false},
    {"back, all", -HOUR_S, true},
    {"forward, all", HOUR_S, true},
};

enum { CASES = ARRAY_LEN(cases) };

struct shifted {
    const struct setting *c;
    struct spawned s;
    char file[64]; /* file with the shift */
    bool set;
    int status;
    bool ended;
};

static void write_shift(const struct shifted *v, int64_t by_s)
{
    AUTO_FD int fd = open(v->file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    ck_assert_int_eq(pwrite(fd, &by_s, sizeof(by_s), 0), sizeof(by_s));
}

/* Write a script in the place of a program of the run, which preloads the
 * clock. */
static void wrap(const struct shifted *v, const char *bin, const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", bin, name);
    AUTO_FREE char *text =
        path_of("#!/bin/sh\nexport LD_PRELOAD=%s ORDEAL_CLOCK_SHIFT=%s\n"
                "exec %s/bin/%s \"$@\"\n",
                clock_library, v->file, BUILD_DIR, name);
    struct err err = {0};

    ck_assert_int_eq(file_write(path, text, strlen(text), &err), 0);
    ck_assert_int_eq(chmod(path, 0755), 0);
}

/* A folder with a copy of ordeal and scripts for the stand-ins: ordeal
 * starts the stand-ins beside itself. Returns the path of the copy; new. */
static char *programs(const struct shifted *v)
{
    static const char *const names[] = {"ordeal-http", "ordeal-mock",
                                        "ordeal-broker", "ordeal-worker"};
    AUTO_FREE char *bin = path_of("%s/bin", v->s.dir);
    AUTO_FREE char *text = NULL;
    char *copy = path_of("%s/ordeal", bin);
    struct err err = {0};
    size_t len;

    ck_assert_int_eq(mkdir_all(bin, &err), 0);
    ck_assert_int_eq(file_read(BUILD_DIR "/bin/ordeal", &text, &len, &err), 0);
    ck_assert_int_eq(file_write(copy, text, len, &err), 0);
    ck_assert_int_eq(chmod(copy, 0755), 0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        wrap(v, bin, names[i]);
    return copy;
}

static void start(struct shifted *v)
{
    AUTO_FREE char *ordeal =
        v->c->all ? programs(v) : path_of("%s/bin/ordeal", BUILD_DIR);
    char *argv[] = {ordeal,
                    (char *)"run",
                    (char *)"--sandbox",
                    (char *)"off",
                    (char *)"--out",
                    v->s.out,
                    (char *)SOURCE_DIR "/harness/tests/cli/ordeals/"
                                       "two-ends.yaml",
                    NULL};

    v->s.pid = fork();
    ck_assert_int_ge(v->s.pid, 0);
    if (v->s.pid > 0)
        return;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (freopen(v->s.said, "w", stdout) && dup2(1, 2) == 2 &&
        freopen("/dev/null", "r", stdin) && chdir(v->s.dir) == 0 &&
        setenv("ORDEAL_FIXTURES", SOURCE_DIR "/fixtures", 1) == 0 &&
        setenv("ORDEAL_CLOCK_SHIFT", v->file, 1) == 0 &&
        setenv("LD_PRELOAD", clock_library, 1) == 0)
        execv(argv[0], argv);
    _exit(127);
}

static void set_in_time(struct shifted *v)
{
    AUTO_FREE char *folder = spawned_folder(&v->s);
    AUTO_FREE char *path = path_of("%s/journal.jsonl", folder ? folder : "");
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    if (!folder || file_read(path, &text, NULL, &err) < 0 ||
        !strstr(text, "\"what\":\"landed\""))
        return;
    write_shift(v, v->c->by_s);
    v->set = true;
}

static int all_ended(void *ctx, struct err *err)
{
    struct shifted *all = ctx;
    int left = 0;

    (void)err;
    for (size_t i = 0; i < CASES; i++) {
        struct shifted *v = &all[i];

        if (!v->set)
            set_in_time(v);
        if (!v->ended && waitpid(v->s.pid, &v->status, WNOHANG) == v->s.pid)
            v->ended = true;
        left += !v->ended;
    }
    return left == 0;
}

/* Events in the journal must be in the order of time. */
static void journal_is_in_order(const struct shifted *v)
{
    AUTO_FREE char *folder = spawned_folder(&v->s);
    AUTO_FREE char *path = path_of("%s/journal.jsonl", folder);
    AUTO_FREE char *text = NULL;
    struct err err = {0};
    int64_t last = -1;
    char *save = NULL;

    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        AUTO_JSON json_t *o = json_loads(line, 0, NULL);
        int64_t at_us = look_int(o, "t_us");

        /* some events carry the time of their observation, up to a second
         * earlier */
        ck_assert_msg(at_us > last - US_PER_S && at_us < ENOUGH_S * US_PER_S,
                      "%s: %s", v->c->what, line);
        last = at_us > last ? at_us : last;
    }
    ck_assert_msg(last > 0, "%s: an empty journal", v->c->what);
}

static void nothing_is_found(const struct shifted *v, const json_t *run,
                             const char *said)
{
    size_t i;
    json_t *hop;

    ck_assert_msg(look_len(run, "hops") > 0, "%s: no hops:\n%.2000s",
                  v->c->what, said);
    json_array_foreach (look(run, "hops"), i, hop) {
        const char *name;
        json_t *event;

        json_object_foreach (look(hop, "events"), name, event)
            ck_assert_msg(look_int(event, "count") <= 0, "%s: %s:\n%.2000s",
                          v->c->what, name, said);
    }
}

static void holds_still(const struct shifted *v)
{
    AUTO_FREE char *said = spawned_text(&v->s);
    AUTO_JSON json_t *run = NULL;
    struct killing k = {0};
    char who[128] = "";

    (void)snprintf(k.out, sizeof(k.out), "%s", v->s.out);
    ck_assert_msg(v->set, "%s: it never came so far:\n%.3000s", v->c->what,
                  said);
    ck_assert_msg(WIFEXITED(v->status) && WEXITSTATUS(v->status) == 0,
                  "%s: wait status %d:\n%.3000s", v->c->what, v->status, said);
    ck_assert_msg(strstr(said, "what the wall clock says: it was set by"),
                  "%s:\n%.3000s", v->c->what, said);
    run = spawned_evidence(&v->s);
    ck_assert_str_eq(look_text(run, "outcome"), "pass");
    ck_assert_int_lt(look_int(run, "run.duration_us"), ENOUGH_S * US_PER_S);
    nothing_is_found(v, run, said);
    journal_is_in_order(v);
    ck_assert_msg(count_left(&k, who, sizeof(who)) == 0, "%s is left", who);
}

START_TEST(a_clock_that_is_set_changes_no_verdict)
{
    static struct shifted all[CASES];
    struct clk clk = clk_real();
    struct err err = {0};

    for (size_t i = 0; i < CASES; i++) {
        all[i].c = &cases[i];
        spawned_init(&all[i].s);
        (void)snprintf(all[i].file, sizeof(all[i].file), "%s/shift",
                       all[i].s.dir);
        write_shift(&all[i], 0);
        start(&all[i]);
    }
    ck_assert_msg(wait_until(&clk, all_ended, all, 10 * US_PER_MS,
                             clk_now(&clk) + ENOUGH_S * (int64_t)US_PER_S,
                             "the end of all", &err) == 0,
                  "%s", err.text);
    for (size_t i = 0; i < CASES; i++) {
        holds_still(&all[i]);
        spawned_done(&all[i].s);
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_clock_that_is_set_changes_no_verdict);
}

SUITE_MAIN_TIMEOUT("clock", fill, ENOUGH_S + 60)

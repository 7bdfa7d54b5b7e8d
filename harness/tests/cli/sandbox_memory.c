/* sandbox_memory.c - each allocation in turn fails, in lint, report, verdict
 * and verify. The result must be the same as with enough memory, or a
 * sentence about memory and exit code 2 (64 for refused input). */
#include "allocations.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"
#include "endpoint/endpoint.h"
#include "engine/journal_own.h"
#include "engine/past.h"
#include "ledger/ledger.h"
#include "support/suite.h"
#include "verdict/verdict.h"

#define RUN_JSON SOURCE_DIR "/harness/tests/report/samples/"

/* For a task with more allocations than TRIES_MOST, only every n-th is made
 * to fail. At each fifth try, all later allocations fail too. */
enum { TRIES_MOST = 400, ONWARDS_EVERY = 5 };

static char folder[64];

/* ---- tasks, each in a process of its own; return an exit code ---- */

static int lint(const char *file)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s", SOURCE_DIR, file);
    return command_lint.run(2, (char *[]){"lint", path, NULL});
}

static int report(const char *sample)
{
    (void)sample; /* setup has put the sample into the folder */
    return command_report.run(2, (char *[]){"report", folder, NULL});
}

/* Settle the outcome of a sample. */
static int settle(const char *sample)
{
    const struct verdict_rules rules = {.records_min = 1000};
    AUTO_FREE char *path = path_of(RUN_JSON "%s", sample);
    AUTO_JSON json_t *run = NULL;
    AUTO_FREE char *text = NULL;
    struct err err = {0};
    uint64_t fail = allocations.fail;

    allocations.fail =
        0; /* reading under failing allocations is the task `report` */
    if (json_read(path, &run, &err) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    allocations.made = 0;
    allocations.fail = fail;
    verdict_settle(run, &rules);
    text = json_dumps(run, JSON_SORT_KEYS | JSON_INDENT(1));
    if (!text)
        return cli_complain(OUTCOME_INCONCLUSIVE, "no memory");
    (void)fputs(text, stdout);
    return (int)json_integer_value(json_object_get(run, "exit_code"));
}

static void tell(const struct ledger_view *ledger, const struct tally *down)
{
    struct hop_result r;

    hop_judge(&(struct hop_spec){.ledger = ledger,
                                 .down = down,
                                 .streams = (uint32_t[]){1},
                                 .streams_len = 1,
                                 .down_private = true,
                                 .drained = true},
              &r);
    for (int k = 0; k < FINDING_KINDS; k++)
        printf("%s %llu\n", finding_kind_name((enum finding_kind)k),
               (unsigned long long)r.findings.records[k]);
    printf("balance %d\n", hop_balance_closes(&r));
    hop_result_done(&r);
}

/* Read and judge a ledger and a file, as verify does. */
static int judge(const char *file)
{
    const struct tally_stream_spec stream = {.stream = 1, .payload_len = 20};
    const struct tally_spec spec = {
        .run = 7, .streams = &stream, .streams_len = 1};
    const struct clk clk = clk_real();
    const struct endpoint_env env = {.name = "it",
                                     .settings = &file,
                                     .work_dir = folder,
                                     .logs_dir = folder,
                                     .clk = &clk};
    AUTO_FREE char *path = path_of("%s/ledger", folder);
    const struct endpoint_ops *ops = endpoint_find("file");
    struct ledger_view view = {0};
    struct endpoint *e = NULL;
    struct tally *down = NULL;
    struct err err = {0};

    if (ledger_read(path, &view, &err) == 0 &&
        ops->open(&env, true, &e, &err) == 0 &&
        endpoint_tally(e, false, &spec, 60 * US_PER_S, &down, NULL, &err) == 0)
        tell(&view, down);
    tally_free(down);
    if (e)
        ops->close(e);
    ledger_view_done(&view);
    return err.code ? cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text) : 0;
}

/* Read a journal, as verify does. */
static int recall(const char *unused)
{
    struct past p;
    int code = 0;

    (void)unused;
    past_read(folder, &p);
    if (p.damage[0])
        code = cli_complain(OUTCOME_INCONCLUSIVE, "%s", p.damage);
    printf("%s|%lld|%lld\n", p.outcome, (long long)p.last_us,
           (long long)p.load_began_us);
    (void)json_dumpf(p.phases, stdout, JSON_SORT_KEYS);
    (void)json_dumpf(p.steps, stdout, JSON_SORT_KEYS);
    (void)json_dumpf(p.events, stdout, JSON_SORT_KEYS);
    past_done(&p);
    return code;
}

static const struct task {
    const char *name;
    int (*run)(const char *what);
    const char *what;
    int64_t left; /* allocations that libfyaml loses when its start fails */
} tasks[] = {
    {"lint of a scenario", lint, "scenarios/demo/05-schema-change.yaml", 4},
    {"lint of a plugin that is not there", lint,
     "harness/tests/scenario/valid/everything/scenario.yaml", 4},
    {"lint of what is wrong", lint,
     "harness/tests/scenario/invalid/unknown-keys/scenario.yaml", 4},
    {"lint of JSON", lint, "harness/tests/scenario/valid/json/scenario.yaml",
     4},
    {"report", report, "fail.json", 0},
    {"outcome of a pass", settle, "pass.json", 0},
    {"outcome of a doubt", settle, "inconclusive.json", 0},
    {"outcome of a fail", settle, "fail.json", 0},
    {"judgement of a file", judge, "shop.txt", 0},
    {"journal", recall, "", 0},
};

/* ---- one try --------------------------------------------------------------
 */

/* The result of a try: everything printed and written, and the exit status. */
struct end {
    int status; /* as returned by waitpid() */
    char *said; /* stdout, stderr and the reports */
};

/* Written by the child, in shared memory. */
static struct {
    uint64_t made;
    int64_t kept;
} * told;

static const char *const written[] = {"stdout", "stderr", "report.html",
                                      "report.md", "junit.xml"};

static char *path_in(const char *name)
{
    return path_of("%s/%s", folder, name);
}

static void forget_written(void)
{
    for (size_t i = 0; i < ARRAY_LEN(written); i++) {
        AUTO_FREE char *path = path_in(written[i]);

        (void)unlink(path);
    }
}

static char *all_written(void)
{
    char *all = path_of("%s", "");

    for (size_t i = 0; i < ARRAY_LEN(written); i++) {
        AUTO_FREE char *path = path_in(written[i]);
        AUTO_FREE char *before = all;
        AUTO_FREE char *text = NULL;
        struct err err = {0};

        all = file_read(path, &text, NULL, &err) == 0
                  ? path_of("%s-- %s\n%s\n", before, written[i], text)
                  : path_of("%s", before);
    }
    return all;
}

/* The buffers of the streams are given, as stdio would allocate them at the
 * first use and keep them. */
static void redirect(const char *out, const char *errors)
{
    static char buffers[2][BUFSIZ];

    ck_assert_ptr_nonnull(freopen(out, "w", stdout));
    ck_assert_ptr_nonnull(freopen(errors, "w", stderr));
    (void)setvbuf(stdout, buffers[0], _IOFBF, BUFSIZ);
    (void)setvbuf(stderr, buffers[1], _IOLBF, BUFSIZ);
}

/* `paths` were built before the fork, so that only allocations of the task
 * are counted. */
static void try_in_child(const struct task *t, uint64_t fail, bool onwards,
                         const char *paths[2])
{
    int64_t kept;
    int code;

    redirect(paths[0], paths[1]);
    (void)signal(SIGSEGV, SIG_DFL); /* remove handlers of a sanitizer */
    (void)signal(SIGABRT, SIG_DFL);
    (void)signal(SIGBUS, SIG_DFL);
    memory_or_die();
    kept = allocations.kept;
    allocations.made = 0;
    allocations.onwards = onwards;
    allocations.fail = fail;
    code = t->run(t->what);
    allocations.fail = 0;
    told->made = allocations.made;
    told->kept = allocations.kept - kept;
    (void)fflush(NULL);
    _exit(code);
}

static struct end try(const struct task *t, uint64_t fail, bool onwards)
{
    AUTO_FREE char *out = path_in("stdout");
    AUTO_FREE char *errors = path_in("stderr");
    struct end end;
    pid_t child;

    forget_written();
    told->kept = 0;
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        try_in_child(t, fail, onwards, (const char *[]){out, errors});
    ck_assert_int_eq(waitpid(child, &end.status, 0), child);
    end.said = all_written();
    return end;
}

/* The result must equal the result with enough memory, or be a sentence
 * about memory with an exit code that is no outcome. Memory taken on the way
 * must have been freed, except after an abort. */
static void judge_end(const struct task *t, const struct end *e,
                      const struct end *whole, uint64_t n, int64_t kept)
{
    const char *errors = strstr(e->said, "-- stderr\n");
    bool same = e->status == whole->status && strcmp(e->said, whole->said) == 0;
    int code = WIFEXITED(e->status) ? WEXITSTATUS(e->status) : -1;
    bool honest =
        (code == OUTCOME_INCONCLUSIVE || code == EXIT_WRONG_USAGE) && errors &&
        (strstr(errors, "no memory") || strstr(errors, "out of memory") ||
         strstr(errors, strerror(ENOMEM)));

    ck_assert_msg(same || honest,
                  "%s: without allocation %llu it ended with status %#x and "
                  "said:\n%s",
                  t->name, (unsigned long long)n, e->status, e->said);
    ck_assert_msg(told->kept <= kept + t->left,
                  "%s: without allocation %llu it kept %lld pieces, else %lld",
                  t->name, (unsigned long long)n, (long long)told->kept,
                  (long long)kept);
}

/* ---- the tests ------------------------------------------------------------
 */

static void put(const char *name, const char *text)
{
    AUTO_FREE char *path = path_in(name);
    struct err err = {0};

    ck_assert_msg(file_print(path, &err, "%s", text) == 0, "%s", err.text);
}

/* 20 records of a stream: all were sent, record 5 is lost, record 9 arrived
 * twice. */
static void put_station(void)
{
    AUTO_FREE char *path = path_in("ledger");
    AUTO_FREE char *shop = path_in("shop.txt");
    FILE *f = fopen(shop, "w");
    struct stamp s = {.run = 7, .stream = 1};
    struct ledger *l;
    struct err err = {0};

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(ledger_create(path, 7, &l, &err), 0);
    ck_assert_int_eq(ledger_declare(l,
                                    &(struct ledger_stream){.stream = 1,
                                                            .payload_len = 20,
                                                            .partition = -1,
                                                            .into = "it"},
                                    &err),
                     0);
    ck_assert_int_eq(ledger_reserve(l, 1, 20, 20, &err), 0);
    ck_assert_int_eq(
        ledger_note(
            l, 1,
            &(struct ledger_run){.count = 20, .offset = -1, .partition = -1},
            &err),
        0);
    ledger_close(l);
    for (; s.seq < 20; s.seq++) {
        char text[STAMP_LEN];

        stamp_write(&s, text);
        for (int i = 0; i < (s.seq == 5 ? 0 : s.seq == 9 ? 2 : 1); i++)
            (void)fprintf(f, "%.*s%.20s\n", STAMP_LEN, text,
                          stamp_payload(&s, 20));
    }
    (void)fclose(f);
}

static void put_journal(void)
{
    AUTO_FREE char *path = path_in("journal.jsonl");
    struct clk clk = clk_real();
    struct event_sink sink;
    struct journal *j;
    struct err err = {0};

    ck_assert_int_eq(journal_open(path, &clk, NULL, NULL, &j, &err), 0);
    sink = journal_sink(j);
    event_put(&sink, 10, "engine", "phase", json_pack("{s:s}", "phase", "up"));
    event_put(&sink, 20, "load", "load.started",
              json_pack("{s:s}", "text", "it began"));
    event_put(&sink, 30, "timeline[0]", "asked",
              json_pack("{s:s, s:s}", "target", "worker-1", "text", "asked"));
    event_put(&sink, 40, "engine", "phase",
              json_pack("{s:s}", "phase", "drain"));
    journal_close(j);
}

static void setup(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/ordeal-memory-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(told, MAP_FAILED);
    put_station();
    put_journal();
}

static void teardown(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(folder, &err), 0);
    (void)munmap(told, sizeof(*told));
}

static void put_sample(const struct task *t)
{
    AUTO_FREE char *from = path_of(RUN_JSON "%s", t->what);
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    if (t->run != report)
        return;
    ck_assert_msg(file_read(from, &text, NULL, &err) == 0, "%s", err.text);
    put("run.json", text);
}

START_TEST(without_memory_nothing_is_judged)
{
    const struct task *t = &tasks[_i];
    struct end whole;
    uint64_t made, step;
    int64_t kept;

    put_sample(t);
    whole = try(t, 0, false);
    made = told->made;
    kept = told->kept;
    ck_assert_msg(WIFEXITED(whole.status), "%s: %s", t->name, whole.said);
    ck_assert_uint_gt(made, 0);
    step = 1 + made / test_cases(TRIES_MOST);
    for (uint64_t n = 1; n <= made; n += step) {
        struct end e = try(t, n, n % ONWARDS_EVERY == 0);

        judge_end(t, &e, &whole, n, kept);
        free(e.said);
    }
    free(whole.said);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, without_memory_nothing_is_judged, 0,
                        ARRAY_LEN(tasks));
}

SUITE_MAIN_TIMEOUT("memory", fill, 120)

/* test_worker_defects.c - each defect harms the records named in the defect's
 * log, in the way of the defect's name; before striking, a defect changes
 * nothing. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "standins/worker/defect.h"
#include "standins/worker/task.h"
#include "support/suite.h"

/* A fake task, and a fake sink with a note of each delivery. */
struct play {
    struct sink base;
    struct sink_host host;        /* the fake task's */
    const struct sink_host *seen; /* the task, as the sink sees the task */
    FILE *trace;
    bool ending, fails, refuses;
    int waits; /* number of waits granted; later waits fail with -ECANCELED */
    int64_t next;
    char value[8];
};

static struct play *the_play;

static int play_open(const struct connector_spec *spec,
                     const struct sink_host *host, struct sink **ret,
                     struct err *err)
{
    const char *const *settings = spec->settings;

    (void)err;
    the_play->seen = host;
    if (settings && settings[0])
        fprintf(the_play->trace, "open:%s ", settings[0]);
    *ret = &the_play->base;
    return 0;
}

static int take(struct play *p, const struct sink_record *r, struct err *err)
{
    int rc = 0;

    if (p->refuses)
        return p->seen->report(p->seen->ctx, r, "refused", err);
    if (p->fails)
        rc = p->seen->wait(p->seen->ctx, 1, "503", err);
    if (rc < 0)
        return rc;
    fprintf(p->trace, "%lld%s%s ", (long long)r->offset,
            r->value_len < 8 ? "cut" : "",
            memcmp(r->value, p->value, r->value_len) ? "changed" : "");
    return 0;
}

static int play_put(struct sink *s, const struct sink_record *r, size_t n,
                    size_t *done, struct err *err)
{
    struct play *p = (struct play *)(void *)s;
    int rc = 0;

    while (rc == 0 && *done < n) {
        rc = take(p, &r[*done], err);
        *done += rc == 0;
    }
    return rc;
}

static void play_close(struct sink *s)
{
    (void)s;
}

static const struct sink_ops play_ops = {
    .open = play_open, .put = play_put, .close = play_close};

static const struct option play_options[] = {
    {.name = "file", .type = OPTION_STRING, .fallback = ""}};

static const struct connector_kind play_kind = {.class_name = "Play",
                                                .sink = &play_ops,
                                                .options = play_options,
                                                .options_len = 1,
                                                .settings_size =
                                                    sizeof(char *)};

static int host_wait(void *ctx, int64_t us, const char *why, struct err *err)
{
    struct play *p = ctx;

    (void)us;
    fprintf(p->trace, "w ");
    return p->waits-- > 0 ? 0 : err_set(err, -ECANCELED, "%s", why);
}

static bool host_ending(void *ctx)
{
    return ((struct play *)ctx)->ending;
}

static int host_report(void *ctx, const struct sink_record *r, const char *why,
                       struct err *err)
{
    (void)why, (void)err;
    fprintf(((struct play *)ctx)->trace, "R%lld ", (long long)r->offset);
    return 0;
}

/* ---- a play: a digit puts as many records; letters as below ---- */

static void put(struct play *p, struct sink *s, size_t n)
{
    struct sink_record r[10] = {0};
    struct err err = {0};
    size_t done = 0;
    int rc;

    for (size_t i = 0; i < n; i++, p->next++)
        r[i] = (struct sink_record){.topic = "t",
                                    .offset = p->next,
                                    .key = p->next / 2 % 2 ? "b" : "a",
                                    .key_len = 1,
                                    .value = p->value,
                                    .value_len = sizeof(p->value)};
    rc = s->ops->put(s, r, n, &done, &err);
    ck_assert(rc != 0 || done == n);
    if (rc < 0)
        fprintf(p->trace, "E%zu ", done);
}

static void flush(struct play *p, struct sink *s)
{
    struct sink_position at = {"t", 0, p->next};
    struct err err = {0};

    ck_assert_int_eq(s->ops->flush(s, &at, 1, &err), 0);
    fprintf(p->trace, "f%lld ", (long long)at.next);
}

static void act(struct play *p, struct sink *s, char what)
{
    const struct sink_position at = {"t", 0, p->next};

    switch (what) {
    case 'f': /* lush */
        flush(p, s);
        break;
    case 'e': /* nd */
        p->ending = true;
        flush(p, s);
        break;
    case 'j': /* ump */
        p->next = 300;
        break;
    case 'l': /* ose the partition */
        s->ops->revoked(s, &at, 1);
        break;
    case 'x': /* fail */
        p->fails = true;
        break;
    case 'y': /* no more */
        p->fails = false;
        break;
    case 'r': /* efuse */
        p->refuses = true;
        break;
    default:
        put(p, s, (size_t)(what - '0'));
    }
}

/* The offsets in the log, as "3 5 ". */
static char *log_of(const char *path)
{
    AUTO_FILE FILE *f = fopen(path, "re");
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    json_t *line;

    ck_assert_ptr_nonnull(f);
    while ((line = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
        fprintf(out, "%lld ",
                (long long)json_integer_value(json_object_get(line, "offset")));
        json_decref(line);
    }
    (void)fclose(out);
    return text;
}

static const struct {
    const char *defect, *every, *acts, *trace, *log;
} plays[] = {
    {"drop-one", "3", "24f", "0 1 3 4 f6 ", "2 5 "},
    {"drop-after-failure", "1", "1x1y1", "0 2 ", "1 "},
    {"drop-after-failure", "2", "x1", "w 0 ", ""},
    {"drop-last-before-stop", "2", "5f1e", "0 1 2 f3 3 f6 ", "4 5 "},
    {"drop-last-before-stop", "2", "300000000000000000000f", "0 1 2 f3 ", ""},
    {"commit-early", "2", "12f", "0 f3 ", "1 2 "},
    {"twice", "3", "222", "0 1 2 3 2 3 4 5 4 5 ", "2 3 4 5 "},
    {"replay", "3", "1111", "0 1 2 0 1 2 3 ", "0 1 2 "},
    {"swap", "2", "1111f", "0 2 1 3 f4 ", "1 "},
    {"swap", "2", "20f", "0 1 f2 ", ""},
    {"swap", "2", "2l1", "0 2 ", ""},
    {"mix-keys", "2", "1111f", "0 2 1 3 f4 ", "1 "},
    {"mix-keys", "1", "11111f", "0 1 2 3 f4 ", ""},
    {"swap-versions", "2", "111111f", "0 2 3 4 1 5 f6 ", "1 "},
    {"swap-versions", "2", "20f", "0 f1 ", ""},
    {"stale", "2", "8f", "0 1 2 3 4 5 6 7 f8 ", ""},
    {"stale", "2", "j8f00000000000000000000f",
     "300 302 303 304 305 306 f301 301 307 f308 ", "301 "},
    {"stale", "2", "j2f000000000000000000002f", "300 f301 301 302 f303 ", ""},
    {"cut", "2", "3", "0 1cut 2 ", "1 "},
    {"flip", "2", "3", "0 1changed 2 ", "1 "},
    {"silent", "2", "11", "0 w w w E0 ", "1 "},
    {"swallow", "1", "1r2", "0 ", "1 2 "},
    {"never-commit", "1", "2f2f", "0 1 f-1 2 3 f-1 ", "2 4 "},
    {"commit-back", "2", "9f3f1f", "0 1 2 3 4 5 6 7 8 f9 9 10 11 f4 12 f13 ",
     "4 "},
    {"misroute", "2", "3", "open:there 0 1 2 ", "1 "},
    {"late-failed", "2", "11", "0 w E0 ", "1 "},
    {"go-on", "2", "4fl", "0 1 f2 2 3 ", "2 3 "},
    {"leak", "1", "2f", "0 1 f2 ", "-1 "},
};

struct stage {
    struct play play;
    json_t *config;
    struct connector_spec spec;
    char dir[64];
    char *log, *trace;
    size_t trace_len;
    struct sink *sink;
};

static void stage_open(struct stage *s, const char *defect, const char *every,
                       const char *seed)
{
    AUTO_FREE char *token = NULL;
    struct err err = {0};

    *s = (struct stage){.dir = "/tmp/ordeal-test-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    s->log = path_of("%s/log", s->dir);
    token = path_of("%s/token", s->dir);
    ck_assert_int_eq(file_print(token, &err, "secret"), 0);
    s->config =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "ordeal.defect",
                  defect, "ordeal.defect.every", every, "ordeal.defect.seed",
                  seed, "ordeal.defect.log", s->log, "ordeal.defect.to",
                  "there", "file", "here", "http.authorization.file", token);
    s->spec = (struct connector_spec){"c", 0, "c-0", NULL, NULL};
    s->play = (struct play){
        .base = {&play_ops},
        .host = {host_wait, host_ending, host_ending, host_report, &s->play},
        .waits = 2,
        .value = "abcdefg",
        .trace = open_memstream(&s->trace, &s->trace_len)};
    the_play = &s->play;
    ck_assert_msg(defect_open(&play_kind, s->config, &s->spec, &s->play.host,
                              &s->sink, &err) == 0,
                  "%s", err.text);
}

static void stage_close(struct stage *s)
{
    struct err err = {0};

    s->sink->ops->close(s->sink);
    (void)fclose(s->play.trace);
    json_decref(s->config);
    free(s->log);
    free(s->trace);
    ck_assert_int_eq(remove_tree(s->dir, &err), 0);
}

START_TEST(it_does_what_it_says)
{
    AUTO_FREE char *log = NULL;
    struct stage s;

    stage_open(&s, plays[_i].defect, plays[_i].every, "0");
    for (const char *a = plays[_i].acts; *a; a++)
        act(&s.play, s.sink, *a);
    (void)fflush(s.play.trace);
    log = log_of(s.log);
    ck_assert_msg(strcmp(s.trace, plays[_i].trace) == 0 &&
                      strcmp(log, plays[_i].log) == 0,
                  "%s: expected \"%s\" and \"%s\", got \"%s\" and \"%s\"",
                  plays[_i].defect, plays[_i].trace, plays[_i].log, s.trace,
                  log);
    stage_close(&s);
}
END_TEST

/* A record after the commit ends the worker. */
START_TEST(commit_early_dies_after_its_commit)
{
    struct stage s;

    stage_open(&s, "commit-early", "1", "0");
    act(&s.play, s.sink, '2');
    act(&s.play, s.sink, 'f');
    act(&s.play, s.sink, '1');
}
END_TEST

/* After a defect for a single strike, the worker taking over must not strike.
 */
START_TEST(it_does_not_strike_again_after_a_restart)
{
    AUTO_FREE char *log = NULL;
    struct stage s;
    struct sink *after;
    struct err err = {0};

    stage_open(&s, "replay", "1", "0");
    act(&s.play, s.sink, '1');
    ck_assert_int_eq(
        defect_open(&play_kind, s.config, &s.spec, &s.play.host, &after, &err),
        0);
    act(&s.play, after, '1');
    after->ops->close(after);
    log = log_of(s.log);
    ck_assert_str_eq(log, "0 ");
    stage_close(&s);
}
END_TEST

/* With a seed, the draw depends on the record alone. */
START_TEST(a_record_that_comes_again_meets_the_same_fate)
{
    AUTO_FREE char *first = NULL, *second = NULL;
    struct stage s;
    size_t half;

    stage_open(&s, "drop-one", "4", "17");
    for (int i = 0; i < 10; i++)
        act(&s.play, s.sink, '9');
    (void)fflush(s.play.trace);
    half = s.trace_len;
    first = strdup(s.trace);
    s.play.next = 0;
    for (int i = 0; i < 15; i++)
        act(&s.play, s.sink, '6');
    (void)fflush(s.play.trace);
    second = strdup(s.trace + half);
    ck_assert_str_eq(first, second);
    stage_close(&s);
}
END_TEST

static const struct {
    const char *class, *defect, *key, *says;
} refused[] = {
    {"FileStreamSink", "drop-all", "ordeal.defect.log",
     "ordeal.defect: this worker has commit-back, "},
    {"FileStreamSink", "drop-one", "x", "ordeal.defect.log: is required"},
    {"FileStreamSink", "misroute", "ordeal.defect.log",
     "ordeal.defect.to: is required"},
    {"FileStreamSink", "leak", "ordeal.defect.log",
     "http.authorization.file: is required"},
    {"FileStreamSource", "drop-one", "ordeal.defect.log",
     "ordeal.defect: sources have none"},
};

START_TEST(what_cannot_be_is_refused)
{
    AUTO_JSON json_t *config = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s}", "connector.class", refused[_i].class,
        "file", "/tmp/x", "topics", "t", "topic", "t", "ordeal.defect",
        refused[_i].defect, refused[_i].key, "/tmp/log");
    struct err err = {0};
    int tasks;

    ck_assert_int_lt(connector_check(config, &tasks, &err), 0);
    ck_assert_msg(strstr(err.text, refused[_i].says) == err.text,
                  "\"%s\" in \"%s\"", refused[_i].says, err.text);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, it_does_what_it_says, 0, ARRAY_LEN(plays));
    tcase_add_exit_test(tc, commit_early_dies_after_its_commit, EXIT_FAILURE);
    tcase_add_test(tc, it_does_not_strike_again_after_a_restart);
    tcase_add_test(tc, a_record_that_comes_again_meets_the_same_fate);
    tcase_add_loop_test(tc, what_cannot_be_is_refused, 0, ARRAY_LEN(refused));
}

SUITE_MAIN("worker-defects", fill)

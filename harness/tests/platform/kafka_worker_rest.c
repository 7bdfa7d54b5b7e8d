/* kafka_worker_rest.c - holds the same conversation over REST with a real
 * Connect worker and with ordeal-worker, and compares the answers field by
 * field. */
#include <check.h>
#include <errno.h>

#include "base/file.h"
#include "base/own.h"
#include "client/connect.h"
#include "client/http.h"
#include "client/kafka.h"
#include "local_run.h"
#include "support/suite.h"

/* The state to wait for before the next step. */
enum state { ANY, RUNNING, PAUSED, STOPPED, COMMITTED };

static const char *const state_words[] = {"", "RUNNING", "PAUSED", "STOPPED"};

#define CONFIG                                                                 \
    "{\"connector.class\":"                                                    \
    "\"org.apache.kafka.connect.file.FileStreamSourceConnector\","             \
    "\"tasks.max\":\"1\",\"topic\":\"lines\",\"file\":\"FILE\"}"
#define PARTITION "{\"filename\":\"FILE\"}"

static const struct said {
    const char *method, *path, *body; /* FILE: the source's file */
    enum state until;
} talk[] = {
    {"GET", "/connectors", NULL, ANY},
    {"GET", "/connectors/lines", NULL, ANY},
    {"GET", "/connectors/lines/status", NULL, ANY},
    {"DELETE", "/connectors/lines", NULL, ANY},
    {"PUT", "/connectors/bad/config", "{\"connector.class\":\"no.such.Thing\"}",
     ANY},
    {"PUT", "/connectors/lines/config", "{\"tasks.max\":\"1\"}", ANY},
    {"POST", "/connectors", "{\"name\":\"lines\",\"config\":" CONFIG "}",
     RUNNING},
    {"POST", "/connectors", "{\"name\":\"lines\",\"config\":" CONFIG "}", ANY},
    {"GET", "/connectors", NULL, ANY},
    {"GET", "/connectors/lines", NULL, ANY},
    {"GET", "/connectors/lines/config", NULL, ANY},
    {"GET", "/connectors/lines/status", NULL, ANY},
    {"GET", "/connectors/lines/tasks", NULL, ANY},
    {"GET", "/connectors/lines/tasks/0/status", NULL, ANY},
    {"GET", "/connectors/lines/tasks/7/status", NULL, ANY},
    {"GET", "/connectors?expand=status", NULL, ANY},
    {"PUT", "/connectors/lines/pause", NULL, PAUSED},
    {"GET", "/connectors/lines/status", NULL, ANY},
    {"PUT", "/connectors/lines/resume", NULL, RUNNING},
    {"PUT", "/connectors/none/pause", NULL, ANY},
    {"POST", "/connectors/lines/restart", NULL, RUNNING},
    {"POST", "/connectors/none/restart", NULL, ANY},
    {"POST", "/connectors/lines/tasks/0/restart", NULL, RUNNING},
    {"POST", "/connectors/lines/tasks/7/restart", NULL, COMMITTED},
    {"GET", "/connectors/lines/offsets", NULL, ANY},
    {"DELETE", "/connectors/lines/offsets", NULL, ANY},
    {"PUT", "/connectors/lines/stop", NULL, STOPPED},
    {"GET", "/connectors/lines/status", NULL, ANY},
    {"GET", "/connectors/lines/tasks", NULL, ANY},
    {"PATCH", "/connectors/lines/offsets",
     "{\"offsets\":[{\"partition\":" PARTITION
     ",\"offset\":{\"position\":7}}]}",
     ANY},
    {"GET", "/connectors/lines/offsets", NULL, ANY},
    {"PATCH", "/connectors/lines/offsets", "{\"offsets\":[]}", ANY},
    {"DELETE", "/connectors/lines/offsets", NULL, ANY},
    {"GET", "/connectors/lines/offsets", NULL, ANY},
    {"PUT", "/connectors/lines/resume", NULL, RUNNING},
    {"PUT", "/connectors/lines/config", CONFIG, ANY},
    {"DELETE", "/connectors/lines", NULL, ANY},
    {"GET", "/connectors/lines/offsets", NULL, ANY},
    {"GET", "/nowhere", NULL, ANY},
};

/* Fields with values that differ by nature: only their presence is compared. */
static const char *const own[] = {"worker_id", "trace", "message", "version",
                                  "generation"};

static void leave_own_out(json_t *j)
{
    const char *key;
    json_t *value;
    size_t i;

    (void)json_object_del(j, "task.class"); /* only of Java workers */
    json_object_foreach (j, key, value) {
        for (i = 0; i < ARRAY_LEN(own); i++)
            if (strcmp(own[i], key) == 0)
                (void)json_object_set_new(j, key, json_string("own"));
        leave_own_out(json_object_get(j, key));
    }
    json_array_foreach (j, i, value)
        leave_own_out(value);
}

struct worker {
    char *root; /* REST address of the worker */
    char *file;
};

static char *filled(const char *text, const char *file)
{
    char *out = path_of("%s", text), *at;

    while ((at = strstr(out, "FILE"))) {
        char *more = path_of("%.*s%s%s", (int)(at - out), out, file,
                             at + strlen("FILE"));

        free(out);
        out = more;
    }
    return out;
}

/* "404 {...}", a new text. */
static char *ask(const struct worker *w, const struct said *s)
{
    AUTO_FREE char *url = path_of("%s%s", w->root, s->path);
    AUTO_FREE char *body = s->body ? filled(s->body, w->file) : NULL;
    AUTO_JSON json_t *answer = NULL;
    AUTO_FREE char *text = NULL;
    struct http_reply reply = {0};
    struct err err = {0};
    char *all;

    if (http_request(s->method, url, body, 30 * US_PER_S, &reply, &err) < 0)
        return path_of("%s", err.text);
    answer = json_loadb(reply.body, reply.len, JSON_DECODE_ANY, NULL);
    leave_own_out(answer);
    text = answer ? json_dumps(answer, JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
    all = path_of("%ld %s", reply.status, text ? text : "");
    http_reply_done(&reply);
    return all;
}

static bool has_offset(const struct worker *w)
{
    static const struct said offsets = {"GET", "/connectors/lines/offsets",
                                        NULL, ANY};
    AUTO_FREE char *text = ask(w, &offsets);

    return strstr(text, "position") != NULL;
}

struct until {
    const struct worker *w;
    enum state state;
};

static int is_so(void *ctx, struct err *err)
{
    const struct until *u = ctx;
    AUTO_JSON json_t *status = NULL;

    if (u->state == COMMITTED)
        return has_offset(u->w);
    if (connect_request_to(u->w->root, "GET", "/connectors/lines/status", NULL,
                           10 * US_PER_S, &status, err) != 200)
        return 0;
    if (connect_all_in_state(status, state_words[u->state], NULL))
        return 1;
    AUTO_FREE char *text = json_dumps(status, JSON_COMPACT);
    (void)err_set(err, -EAGAIN, "%s", text);
    return 0;
}

static int make_topic(struct platform *p, struct err *err)
{
    struct kafka_access access;
    struct kafka_admin *admin;
    int rc;

    if (p->ops->access(p, VIEW_OBSERVER, &access) < 0)
        return err_set(err, -ENOTSUP, "no way in");
    if (kafka_admin_open(&access, &admin, err) < 0)
        return err->code;
    rc = kafka_create_topic(admin, "lines", 1, 1, NULL, 30 * US_PER_S, err);
    kafka_admin_close(admin);
    return rc;
}

/* Write every answer to `out`, one a line. */
static int converse(struct platform *p, const char *dir, const char *out)
{
    const struct platform_node *all;
    struct worker w = {.file = path_of("%s/lines.txt", dir)};
    struct connect_access rest;
    struct clk clk = clk_real();
    AUTO_FILE FILE *f = fopen(out, "we");
    struct err err = {0};
    size_t n;

    CLAIM(f);
    CLAIM_OK(make_topic(p, &err), &err);
    all = p->ops->list(p, &n);
    for (size_t i = 0; i < n; i++)
        if (p->ops->rest(p, all[i].name, VIEW_OBSERVER, &rest) == 0)
            w.root = path_of("%s", rest.url);
    for (size_t i = 0; i < ARRAY_LEN(talk); i++) {
        AUTO_FREE char *said = ask(&w, &talk[i]);
        AUTO_FREE char *plain = filled(said, w.file);
        struct until u = {&w, talk[i].until};

        (void)fprintf(f, "%s %s: %s\n", talk[i].method, talk[i].path, plain);
        if (u.state != ANY)
            CLAIM_OK(wait_until(&clk, is_so, &u, 100 * US_PER_MS,
                                clk_now(&clk) + 60 * US_PER_S, talk[i].path,
                                &err),
                     &err);
    }
    free(w.root);
    free(w.file);
    return 0;
}

static const char *const kinds[] = {"local", "embedded"};

struct talker {
    const char *kind;
    const char *dir;
    void *settings;
    json_t *fetched;
};

static int engine(struct nodes *nodes, void *ctx)
{
    const struct talker *t = ctx;
    const struct platform_ops *ops = platform_find(t->kind);
    AUTO_FREE char *work = path_of("%s/%s/work", t->dir, t->kind);
    AUTO_FREE char *logs = path_of("%s/%s/logs", t->dir, t->kind);
    AUTO_FREE char *out = path_of("%s/%s.txt", t->dir, t->kind);
    struct clk clk = clk_real();
    struct platform_env env = {.settings = t->settings,
                               .fetched = t->fetched,
                               .nodes = nodes,
                               .program_dir = BUILD_DIR "/bin",
                               .work_dir = work,
                               .logs_dir = logs,
                               .clk = &clk,
                               .node_up_us = INT64_C(90) * US_PER_S};
    struct platform *p;
    struct err err = {0};
    int rc;

    CLAIM_OK(ops->open(&env, &p, &err), &err);
    CLAIM_OK(ops->up(p, false, &err), &err);
    rc = converse(p, t->dir, out);
    p->ops->close(p);
    return rc;
}

static void talk_to(struct run *r, const char *kind)
{
    const struct platform_ops *ops = platform_find(kind);
    AUTO_JSON json_t *with =
        json_pack("{s:i, s:i}", "brokers", 1, "workers", 1);
    AUTO_FREE void *settings = calloc(1, ops->settings_size);
    struct talker t = {kind, r->dir, settings, r->fetched};
    struct keeper_spec spec = {.sandbox = SANDBOX_OFF,
                               .work_dir = r->dir,
                               .engine_fd = -1,
                               .engine_main = engine,
                               .ctx = &t};
    struct keeper *keeper;
    struct err err = {0};
    int status;

    ck_assert_uint_eq(
        args_read(ops->args, ops->args_len, with, NULL, "", settings), 0);
    ck_assert_msg(keeper_start(&spec, &keeper, &err) == 0, "%s", err.text);
    ck_assert_msg(keeper_wait(keeper, &status, &err) == 0, "%s", err.text);
    keeper_end(keeper);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "%s: wait status %d", kind, status);
}

START_TEST(they_answer_alike)
{
    const char *const plugins[] = {"file"};
    char *texts[ARRAY_LEN(kinds)] = {NULL};
    AUTO_FREE char *file = NULL;
    struct err err = {0};
    struct run r;
    char *rest[ARRAY_LEN(kinds)];
    int apart = 0;

    run_init(&r, "4.3.1", plugins, 1);
    file = path_of("%s/lines.txt", r.dir);
    ck_assert_int_eq(file_write(file, "a line\nanother\n", 15, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        AUTO_FREE char *path = path_of("%s/%s.txt", r.dir, kinds[i]);

        talk_to(&r, kinds[i]);
        ck_assert_int_eq(file_read(path, &texts[i], NULL, &err), 0);
        rest[i] = texts[i];
    }
    for (size_t i = 0; i < ARRAY_LEN(talk); i++) {
        const char *real = strsep(&rest[0], "\n");
        const char *ours = strsep(&rest[1], "\n");

        ck_assert(real && ours);
        if (strcmp(real, ours) == 0)
            continue;
        apart++;
        dprintf(2, "real: %s\nours: %s\n", real, ours);
    }
    run_done(&r);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        free(texts[i]);
    ck_assert_int_eq(apart, 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, they_answer_alike);
}

SUITE_MAIN_TIMEOUT("workers' REST", fill, 240)

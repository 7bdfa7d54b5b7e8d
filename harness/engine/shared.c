/* shared.c - the part of a shared world's logs and data that belongs to a run.
 *
 * work/world.json of a run in a shared world:
 *
 *   {"dir": "/.../.world-...", "platform": "local", "logs": {"broker-1.log":
 *    4711, "worker-3.log": 815}, "others": ["worker-3.log"], "logs_taken":
 *    false, "data_taken": false}
 *
 * "logs" has the length of each log when the run began, "others" the logs of
 * workers that only earlier runs had. The file lets the outer program take logs
 * and data for an engine that died.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/evidence_file.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "engine/shared_own.h"

static char *note_path(const char *dir)
{
    return path_of("%s/work/world.json", dir);
}

char *shared_nodes_dir(const struct run_spec *s)
{
    return s->world.dir ? path_of("%s", s->world.dir)
                        : path_of("%s/work", s->dir);
}

char *run_node_logs(const char *dir, bool verify_only)
{
    return path_of("%s/work/%s.logs", dir, verify_only ? "verify" : "node");
}

static char *logs_of(const char *world_dir)
{
    return path_of("%s/node.logs", world_dir);
}

char *shared_logs_dir(const struct run_spec *s)
{
    return s->world.dir ? logs_of(s->world.dir)
                        : run_node_logs(s->dir, s->verify_only);
}

static int is_log(const struct dirent *e)
{
    size_t len = strlen(e->d_name);

    return len > 4 && strcmp(e->d_name + len - 4, ".log") == 0;
}

/* Call `each` for the name of every log of the world; a world without logs has
 * no node yet. Goes on after an error and returns the first. */
static int each_log(const char *world_dir,
                    int (*each)(void *ctx, const char *path, const char *name,
                                struct err *err),
                    void *ctx, struct err *err)
{
    AUTO_FREE char *logs = logs_of(world_dir);
    struct dirent **found = NULL;
    int n = scandir(logs, &found, is_log, alphasort);

    if (n < 0 && errno != ENOENT)
        return err_errno(err, "%s", logs);
    for (int i = 0; i < n; i++) {
        AUTO_FREE char *path = path_of("%s/%s", logs, found[i]->d_name);
        struct err why = {0};

        if (each(ctx, path, found[i]->d_name, &why) < 0 && err->code == 0)
            *err = why;
        free(found[i]);
    }
    free(found);
    return err->code;
}

struct noting {
    const json_t *before; /* "logs" of the run's first note; NULL: no note */
    const struct platform_node *nodes; /* NULL: not known yet */
    size_t nodes_len;
    json_t *logs, *others;
};

/* The number of workers is all that differs between the runs of a world. */
static bool is_other_worker(const struct noting *n, const char *log)
{
    const char *worker = platform_role_word(ROLE_WORKER);
    size_t len = strlen(log) - strlen(".log");

    if (!n->nodes || strncmp(log, worker, strlen(worker)) != 0)
        return false;
    for (size_t i = 0; i < n->nodes_len; i++)
        if (strlen(n->nodes[i].name) == len &&
            strncmp(n->nodes[i].name, log, len) == 0)
            return false;
    return true;
}

/* A log that the first note does not name has begun in the run. */
static int note_length(void *ctx, const char *path, const char *name,
                       struct err *err)
{
    const struct noting *n = ctx;
    struct stat st;

    if (n->before && !json_object_get(n->before, name))
        return 0;
    if (stat(path, &st) < 0)
        return err_errno(err, "%s", path);
    (void)json_object_set_new(n->logs, name, json_integer(st.st_size));
    if (is_other_worker(n, name))
        (void)json_array_append_new(n->others, json_string(name));
    return 0;
}

int shared_begin(const struct run *r, struct platform *opened, struct err *err)
{
    const struct run_spec *s = r->given.spec;
    AUTO_FREE char *path = note_path(s->dir);
    AUTO_FREE char *own = run_node_logs(s->dir, false);
    AUTO_JSON json_t *first = NULL;
    AUTO_JSON json_t *note = NULL;
    struct noting n = {.logs = NULL};

    if (!s->world.dir || s->verify_only)
        return 0;
    if (opened && json_read(path, &first, err) < 0)
        return err->code;
    if (opened)
        n.nodes = opened->ops->list(opened, &n.nodes_len);
    n.before = look(first, "logs");
    note = json_pack("{s:s, s:s, s:o, s:o, s:b, s:b}", "dir", s->world.dir,
                     "platform", s->plan->platform->name, "logs",
                     n.logs = json_object(), "others", n.others = json_array(),
                     "logs_taken", 0, "data_taken", 0);
    if (mkdir_all(own, err) < 0 ||
        each_log(s->world.dir, note_length, &n, err) < 0)
        return err->code;
    return evidence_keep(path, note, err);
}

struct taking {
    const json_t *lengths, *others;
    const char *into;
};

/* Whether the log belongs to a worker that the run does not have. A worker that
 * a fault adds may write to such a log again. */
static bool is_of_others(const struct taking *t, const char *path,
                         const char *name, int64_t from)
{
    struct stat st;
    json_t *one;
    size_t i;

    json_array_foreach (t->others, i, one)
        if (strcmp(json_string_value(one), name) == 0)
            return stat(path, &st) == 0 && st.st_size <= from;
    return false;
}

/* The log of a node that did not log before is the run's from the beginning. */
static int take_log(void *ctx, const char *path, const char *name,
                    struct err *err)
{
    const struct taking *t = ctx;
    AUTO_FREE char *to = path_of("%s/%s", t->into, name);
    int64_t from = json_integer_value(json_object_get(t->lengths, name));

    if (is_of_others(t, path, name, from))
        return 0;
    if (unlink(to) < 0 && errno != ENOENT)
        return err_errno(err, "%s", to);
    return copy_from(path, from, to, 0644, err);
}

/* Read the note of the run, and tell in *ret_done whether `what` was taken. A
 * run with nodes of its own has no note, and nothing is to be taken. */
static int read_note(const char *dir, const char *what, json_t **ret,
                     bool *ret_done, struct err *err)
{
    AUTO_FREE char *path = note_path(dir);

    *ret_done = access(path, F_OK) < 0;
    if (*ret_done)
        return 0;
    if (json_read(path, ret, err) < 0)
        return err->code;
    *ret_done = look_true(*ret, what);
    return 0;
}

static int note_taken(const char *dir, json_t *note, const char *what,
                      struct err *err)
{
    AUTO_FREE char *path = note_path(dir);

    (void)json_object_set_new(note, what, json_true());
    return evidence_keep(path, note, err);
}

int shared_take_logs(const char *dir, struct err *err)
{
    AUTO_FREE char *into = run_node_logs(dir, false);
    AUTO_JSON json_t *note = NULL;
    struct taking t = {.into = into};
    bool done;

    if (read_note(dir, "logs_taken", &note, &done, err) < 0 || done)
        return err->code;
    t.lengths = look(note, "logs");
    t.others = look(note, "others");
    if (mkdir_all(into, err) < 0 ||
        each_log(look_text(note, "dir"), take_log, &t, err) < 0)
        return err->code;
    return note_taken(dir, note, "logs_taken", err);
}

char *shared_own_logs(const char *dir)
{
    AUTO_JSON json_t *note = NULL;
    struct err ignored = {0};
    bool done;

    if (read_note(dir, "logs_taken", &note, &done, &ignored) < 0 || !done)
        return NULL;
    return run_node_logs(dir, false);
}

int shared_take_data(const char *dir, struct err *err)
{
    AUTO_FREE char *work = path_of("%s/work", dir);
    AUTO_JSON json_t *note = NULL;
    const struct platform_ops *ops;
    bool done;

    if (read_note(dir, "data_taken", &note, &done, err) < 0 || done)
        return err->code;
    ops = platform_find(look_text(note, "platform"));
    if (ops && ops->keep && ops->keep(look_text(note, "dir"), work, err) < 0)
        return err->code;
    return note_taken(dir, note, "data_taken", err);
}

int run_take_from_world(const char *dir, struct err *err)
{
    struct err logs = {0};

    told_elsewhere(shared_take_logs(dir, &logs));
    if (shared_take_data(dir, err) < 0)
        return err->code;
    if (logs.code < 0)
        return err_set(err, logs.code, "%s", logs.text);
    return 0;
}

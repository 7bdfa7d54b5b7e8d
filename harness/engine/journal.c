/* journal.c - journal.jsonl: each event a line, each line bound to the line
 * before by a hash. */
#include "engine/journal_own.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/evidence_file.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/secrets.h"

enum { EVENTS_KEPT = 2000 };

struct journal {
    pthread_mutex_t lock;
    int fd;
    struct clk clk;
    char last[SHA256_HEX];
    struct err err;
    json_t *events;
    uint64_t not_kept; /* events with a text, beyond EVENTS_KEPT */
    void (*also)(void *, int64_t, const char *, const char *, const json_t *);
    void *ctx;
};

/* An existing journal is continued: the next line is bound to the last whole
 * line of the file. Without a whole line `last` is left alone. */
static void go_on_from(const char *path, char last[SHA256_HEX])
{
    AUTO_FREE char *text = NULL;
    struct err ignored = {0};
    struct stat st;
    size_t len;

    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
        file_read(path, &text, &len, &ignored) < 0)
        return;
    while (len > 0) {
        AUTO_JSON json_t *line = NULL;
        const char *hash;

        while (len > 0 && text[len - 1] == '\n')
            text[--len] = 0;
        while (len > 0 && text[len - 1] != '\n')
            len--;
        line = json_loads(text + len, 0, NULL);
        hash = json_string_value(json_object_get(line, "hash"));
        if (hash && strlen(hash) == SHA256_HEX - 1) {
            memcpy(last, hash, SHA256_HEX);
            return;
        }
    }
}

int journal_open(const char *path, const struct clk *clk,
                 void (*also)(void *, int64_t, const char *, const char *,
                              const json_t *),
                 void *ctx, struct journal **ret, struct err *err)
{
    struct journal *j = must_calloc(1, sizeof(*j));
    int rc;

    rc = evidence_open(path, 0, &j->fd, err);
    if (rc < 0) {
        free(j);
        return rc;
    }
    pthread_mutex_init(&j->lock, NULL);
    j->clk = *clk;
    j->also = also;
    j->ctx = ctx;
    j->events = json_array();
    memset(j->last, '0', SHA256_HEX - 1);
    go_on_from(path, j->last);
    *ret = j;
    return 0;
}

void journal_close(struct journal *j)
{
    if (!j)
        return;
    (void)close(j->fd);
    json_decref(j->events);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

/* The hash covers the text of the line without the hash, and "before" in that
 * text is the hash of the line before. So changing, dropping or moving a line
 * breaks the chain. */
static void append_line(struct journal *j, json_t *line)
{
    AUTO_FREE char *text = NULL;
    AUTO_FREE char *whole = NULL;

    json_object_set_new(line, "before", json_string(j->last));
    text = json_dumps(line, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text) { /* the event holds bytes that are no UTF-8 */
        err_set(&j->err, -EILSEQ, "an event could not be written as JSON");
        return;
    }
    sha256_bytes(text, strlen(text), j->last);
    whole = path_of("%.*s,\"hash\":\"%s\"}\n", (int)strlen(text) - 1, text,
                    j->last);
    if (write_all(j->fd, whole, strlen(whole), &j->err) < 0)
        log_error("journal", "%s", j->err.text);
}

static void put(void *ctx, int64_t at_us, const char *actor, const char *what,
                json_t *body)
{
    struct journal *j = ctx;
    AUTO_JSON json_t *shown = body ? secrets_shown_json(body) : NULL;
    const char *text = json_string_value(json_object_get(shown, "text"));
    json_t *line;

    pthread_mutex_lock(&j->lock);
    if (at_us < 0)
        at_us = clk_now(&j->clk);
    line = json_pack("{s:I, s:s, s:s}", "t_us", (json_int_t)at_us, "actor",
                     actor, "what", what);
    if (text && json_array_size(j->events) >= EVENTS_KEPT)
        j->not_kept++;
    else if (text)
        json_array_append_new(j->events,
                              json_pack("{s:I, s:s, s:s, s:s}", "t_us",
                                        (json_int_t)at_us, "actor", actor,
                                        "what", what, "text", text));
    if (json_is_object(shown))
        json_object_set(line, "body", shown);
    append_line(j, line);
    if (!body) /* json_pack() of the caller failed */
        err_set(&j->err, -EILSEQ, "an event has lost its body: %s %s", actor,
                what);
    json_decref(line);
    if (j->also)
        j->also(j->ctx, at_us, actor, what, shown);
    pthread_mutex_unlock(&j->lock);
    json_decref(body);
}

struct event_sink journal_sink(struct journal *j)
{
    return (struct event_sink){put, j};
}

int journal_error(struct journal *j, struct err *err)
{
    int rc = 0;

    pthread_mutex_lock(&j->lock);
    if (j->err.code)
        rc = err_set(err, j->err.code, "journal.jsonl: %s", j->err.text);
    pthread_mutex_unlock(&j->lock);
    return rc;
}

json_t *journal_events(struct journal *j)
{
    json_t *copy;

    pthread_mutex_lock(&j->lock);
    copy = json_deep_copy(j->events);
    if (j->not_kept > 0)
        json_array_append_new(
            copy, json_pack("{s:I, s:s, s:s, s:o}", "t_us",
                            (json_int_t)clk_now(&j->clk), "actor", "journal",
                            "what", "cut", "text",
                            json_sprintf("%llu more are in journal.jsonl",
                                         (unsigned long long)j->not_kept)));
    pthread_mutex_unlock(&j->lock);
    return copy;
}

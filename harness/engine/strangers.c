/* strangers.c - connections to brokers held by nobody known.
 *
 * A connection of a broker is known if a node of the world or the engine owns
 * the other end. Both ends are found in /proc/PID/net/tcp: in the sandbox each
 * node has a network of its own, and addresses pass the bridge unchanged. Only
 * IPv4 is looked at, which the listeners of all platforms here are bound to.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/shared_own.h"

enum { ESTABLISHED = 1, LOOKS = 3 };

/* Looks lie so far apart that a connection being closed is gone in the next. */
static const int64_t between_us = 100 * US_PER_MS;

/* One end of a TCP connection, as /proc/net/tcp has it: addresses in the byte
 * order of the network, ports in that of the host. */
struct end {
    uint32_t own, other;
    uint16_t own_port, other_port;
    uint64_t inode; /* 0: of no process any more */
};

struct ends {
    struct end *at;
    size_t len;
};

static void ends_add(struct ends *to, const struct end *e)
{
    to->at = must_realloc(to->at, to->len + 1, sizeof(*to->at));
    to->at[to->len++] = *e;
}

static void ends_done(struct ends *e)
{
    free(e->at);
}

/* All established connections in the network of process `pid`. */
static int read_network(pid_t pid, struct ends *to, struct err *err)
{
    AUTO_FREE char *path = path_of("/proc/%d/net/tcp", (int)pid);
    AUTO_FILE FILE *f = fopen(path, "re");
    char line[256];

    if (!f)
        return err_errno(err, "%s", path);
    while (fgets(line, sizeof(line), f)) {
        struct end e = {0};
        unsigned state = 0;

        if (sscanf(line,
                   " %*d: %" SCNx32 ":%" SCNx16 " %" SCNx32 ":%" SCNx16
                   " %x %*s %*s %*s %*s %*s %" SCNu64,
                   &e.own, &e.own_port, &e.other, &e.other_port, &state,
                   &e.inode) == 6 &&
            state == ESTABLISHED)
            ends_add(to, &e);
    }
    return ferror(f) ? err_set(err, -EIO, "%s: cannot be read", path) : 0;
}

static bool holds(DIR *fds, const char *dir, uint64_t inode)
{
    AUTO_FREE char *wanted = path_of("socket:[%" PRIu64 "]", inode);
    struct dirent *e;

    rewinddir(fds);
    while ((e = readdir(fds))) {
        AUTO_FREE char *path = path_of("%s/%s", dir, e->d_name);
        char to[64];
        ssize_t n = readlink(path, to, sizeof(to) - 1);

        to[n > 0 ? n : 0] = 0;
        if (strcmp(to, wanted) == 0)
            return true;
    }
    return false;
}

/* The established connections of process `pid` itself. */
static int read_own(pid_t pid, struct ends *to, struct err *err)
{
    AUTO_FREE char *dir = path_of("/proc/%d/fd", (int)pid);
    struct ends all AUTO(ends_done) = {0};
    DIR *fds = opendir(dir);

    if (!fds)
        return err_errno(err, "%s", dir);
    (void)read_network(pid, &all, err);
    for (size_t i = 0; i < all.len; i++)
        if (holds(fds, dir, all.at[i].inode))
            ends_add(to, &all.at[i]);
    (void)closedir(fds);
    return err->code;
}

static bool is_other_side(const struct end *a, const struct end *b)
{
    return a->own == b->other && a->own_port == b->other_port &&
           a->other == b->own && a->other_port == b->own_port;
}

static bool is_known(const struct ends *known, const struct end *e)
{
    for (size_t i = 0; i < known->len; i++)
        if (is_other_side(&known->at[i], e))
            return true;
    return false;
}

static json_t *stranger(const char *broker, const struct end *e)
{
    const uint8_t *a = (const uint8_t *)&e->other;

    return json_sprintf("a client at %u.%u.%u.%u:%u is connected to %s", a[0],
                        a[1], a[2], a[3], e->other_port, broker);
}

/* The connections of a node's process; none of a node that has ended. */
static int read_node(struct run *r, const char *node, struct ends *to,
                     struct err *err)
{
    struct node_status s = {0};
    struct err why = {0};

    if (node_status(r->world.nodes, node, &s, err) < 0)
        return err->code;
    if (s.state == NODE_ENDED || s.pid <= 0 || read_own(s.pid, to, &why) == 0)
        return 0;
    if (node_status(r->world.nodes, node, &s, err) == 0 &&
        s.state != NODE_ENDED) /* else the node has ended meanwhile */
        (void)err_set(err, why.code, "%s", why.text);
    return err->code;
}

static void add_strangers(const struct ends *known, const char *broker,
                          const struct ends *own, json_t *found)
{
    for (size_t i = 0; i < own->len; i++)
        if (!is_known(known, &own->at[i])) {
            AUTO_JSON json_t *text = stranger(broker, &own->at[i]);

            (void)json_object_set_new(found, json_string_value(text),
                                      json_true());
        }
}

/* Sentences about the strangers seen right now, as keys of an object. */
static int look_once(struct run *r, json_t *found, struct err *err)
{
    struct ends known AUTO(ends_done) = {0};
    size_t n;
    const struct platform_node *all =
        r->world.platform->ops->list(r->world.platform, &n);

    if (read_own(getpid(), &known, err) < 0)
        return err->code;
    for (size_t i = 0; i < n; i++)
        if (read_node(r, all[i].name, &known, err) < 0)
            return err_context(err, "%s", all[i].name);
    for (size_t i = 0; i < n; i++) {
        struct ends own AUTO(ends_done) = {0};

        if (all[i].role != ROLE_BROKER)
            continue;
        if (read_node(r, all[i].name, &own, err) < 0)
            return err_context(err, "%s", all[i].name);
        add_strangers(&known, all[i].name, &own, found);
    }
    return 0;
}

int run_strangers(struct run *r, json_t **ret, struct err *err)
{
    AUTO_JSON json_t *found = json_object();
    const char *text;
    json_t *ignored;

    if (look_once(r, found, err) < 0)
        return err_context(err, "connections to brokers");
    for (int i = 1; i < LOOKS && json_object_size(found) > 0; i++) {
        AUTO_JSON json_t *again = json_object();
        void *next;

        clk_sleep(&r->world.clk, between_us);
        if (look_once(r, again, err) < 0)
            return err_context(err, "connections to brokers");
        json_object_foreach_safe (found, next, text, ignored)
            if (!json_object_get(again, text))
                (void)json_object_del(found, text);
    }
    *ret = json_array();
    json_object_foreach (found, text, ignored)
        (void)json_array_append_new(*ret, json_string(text));
    return 0;
}

/* strangers.c - connections to brokers held by nobody known.
 *
 * A connection of a broker is known if a node of the world or the engine owns
 * the other end. Both ends are found in /proc/PID/net/tcp: in the sandbox each
 * node has a network of its own, and addresses pass the bridge unchanged. Only
 * IPv4 is looked at, which the listeners of all platforms here are bound to.
 */
#include <ctype.h>
#include <dirent.h>
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
static void read_network(pid_t pid, struct ends *to)
{
    AUTO_FREE char *path = path_of("/proc/%d/net/tcp", (int)pid);
    AUTO_FILE FILE *f = fopen(path, "re");
    char line[256];

    while (f && fgets(line, sizeof(line), f)) {
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
static void read_own(pid_t pid, struct ends *to)
{
    AUTO_FREE char *dir = path_of("/proc/%d/fd", (int)pid);
    struct ends all AUTO(ends_done) = {0};
    DIR *fds = opendir(dir);

    if (!fds)
        return;
    read_network(pid, &all);
    for (size_t i = 0; i < all.len; i++)
        if (holds(fds, dir, all.at[i].inode))
            ends_add(to, &all.at[i]);
    (void)closedir(fds);
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

static pid_t pid_of(struct run *r, const char *node)
{
    struct node_status s = {0};
    struct err ignored = {0};

    return node_status(r->world.nodes, node, &s, &ignored) == 0 &&
                   s.state != NODE_ENDED
               ? s.pid
               : 0;
}

/* Sentences about the strangers seen right now, as keys of an object. */
static json_t *look_once(struct run *r)
{
    struct ends known AUTO(ends_done) = {0};
    json_t *found = json_object();
    size_t n;
    const struct platform_node *all =
        r->world.platform->ops->list(r->world.platform, &n);

    read_own(getpid(), &known);
    for (size_t i = 0; i < n; i++) {
        pid_t pid = pid_of(r, all[i].name);

        if (pid > 0)
            read_own(pid, &known);
    }
    for (size_t i = 0; i < n; i++) {
        pid_t pid =
            all[i].role == ROLE_BROKER ? pid_of(r, all[i].name) : (pid_t)0;
        struct ends own AUTO(ends_done) = {0};

        if (pid > 0)
            read_own(pid, &own);
        for (size_t k = 0; k < own.len; k++)
            if (!is_known(&known, &own.at[k])) {
                AUTO_JSON json_t *text = stranger(all[i].name, &own.at[k]);

                (void)json_object_set_new(found, json_string_value(text),
                                          json_true());
            }
    }
    return found;
}

json_t *run_strangers(struct run *r)
{
    AUTO_JSON json_t *found = look_once(r);
    json_t *all = json_array();
    const char *text;
    json_t *ignored;

    for (int i = 1; i < LOOKS && json_object_size(found) > 0; i++) {
        AUTO_JSON json_t *again = NULL;
        void *next;

        clk_sleep(&r->world.clk, between_us);
        again = look_once(r);
        json_object_foreach_safe (found, next, text, ignored)
            if (!json_object_get(again, text))
                (void)json_object_del(found, text);
    }
    json_object_foreach (found, text, ignored)
        (void)json_array_append_new(all, json_string(text));
    return all;
}

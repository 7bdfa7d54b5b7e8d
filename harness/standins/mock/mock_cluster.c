/* mock_cluster.c - brokers of the mock: which are alive, and which lead
 * partitions. */
#include "standins/mock/mock_cluster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/rng.h"
#include "standins/shared/address.h"

static const char actor[] = "cluster";

/* Like Kafka's cluster ids: 16 random bytes in base64url. */
static void choose_id(struct cluster *c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                 "qrstuvwxyz0123456789-_";
    struct rng draw = {.s = rng_fresh_seed()};

    for (size_t i = 0; i < CLUSTER_ID_LEN; i++)
        c->id[i] = digits[rng_below(&draw, 64)];
}

int cluster_open(struct cluster *c, const char *dir, int brokers,
                 int64_t session_us, struct err *err)
{
    *c = (struct cluster){
        .dir = must_strdup(dir),
        .session_us = session_us,
        .next_token = 1,
        .brokers_len = brokers,
    };
    pthread_mutex_init(&c->lock, NULL);
    pthread_mutex_init(&c->waits, NULL);
    choose_id(c);
    return mkdir_all(dir, err);
}

static void forget_listeners(struct broker *b)
{
    for (size_t i = 0; i < b->listeners_len; i++) {
        free(b->listeners[i].name);
        free(b->listeners[i].host);
    }
    b->listeners_len = 0;
}

void cluster_close(struct cluster *c)
{
    for (size_t i = 0; i < c->topics_len; i++)
        cluster_topic_release(c, c->topics[i]);
    for (int n = 1; n <= c->brokers_len; n++)
        forget_listeners(&c->brokers[n]);
    free(c->dir);
    pthread_mutex_destroy(&c->waits);
    pthread_mutex_destroy(&c->lock);
}

/* The first live replica of partition `p`, -1 if all are dead. Replicas of
 * partition p are the `t->replicas` consecutive brokers from number p mod N + 1
 * on, N being the number of brokers. */
static int live_replica(const struct cluster *c, const struct topic *t, int p)
{
    for (int r = 0; r < t->replicas; r++) {
        int number = (p + r) % c->brokers_len + 1;

        if (c->brokers[number].alive)
            return number;
    }
    return -1;
}

void cluster_elect(struct cluster *c, struct topic *t)
{
    bool moved = false;

    for (int p = 0; p < t->partitions_len; p++) {
        struct partition *on = t->partitions[p];
        int leader = on->leader;

        if (leader > 0 && c->brokers[leader].alive)
            continue;
        leader = live_replica(c, t, p);
        if (leader == on->leader)
            continue;
        on->leader = leader;
        on->epoch += leader > 0;
        moved = true;
    }
    if (moved)
        cluster_news(c, t);
}

static void elect_all(struct cluster *c)
{
    for (size_t i = 0; i < c->topics_len; i++)
        cluster_elect(c, c->topics[i]);
}

static void set_alive(struct cluster *c, int number, bool alive)
{
    if (c->brokers[number].alive == alive)
        return;
    c->brokers[number].alive = alive;
    log_info(actor, "broker %d is %s", number, alive ? "alive" : "dead");
    elect_all(c);
}

static int listener_read(const char *name, const json_t *where,
                         struct listener *ret, struct err *err)
{
    const char *text = json_string_value(where);
    struct sockaddr_in at;

    if (address_read(text ? text : "", &at, err) < 0)
        return err_context(err, "listener %s", name);
    if (at.sin_port == 0)
        return err_set(err, -EINVAL, "listener %s: %s: port 0", name, text);
    ret->name = must_strdup(name);
    ret->host = must_memdup(text, strcspn(text, ":"));
    ret->port = ntohs(at.sin_port);
    return 0;
}

static int listeners_read(json_t *from, struct broker *ret, struct err *err)
{
    const char *name;
    json_t *where;

    json_object_foreach (from, name, where) {
        int rc;

        if (ret->listeners_len == LISTENERS_MAX)
            return err_set(err, -E2BIG, "more than %d listeners",
                           (int)LISTENERS_MAX);
        rc = listener_read(name, where, &ret->listeners[ret->listeners_len],
                           err);
        if (rc < 0)
            return rc;
        ret->listeners_len++;
    }
    return 0;
}

/* The listeners are parsed before the lock is taken. A process that registers
 * under a taken number replaces the former process: a killed broker may come
 * back before its connection is seen to close. */
int cluster_register(struct cluster *c, const json_t *line, int *ret_number,
                     uint64_t *ret_token, struct err *err)
{
    json_t *listeners = json_object_get(line, "listeners");
    json_int_t number = json_integer_value(json_object_get(line, "number"));
    struct broker fresh = {0};
    struct broker *b;
    int rc;

    if (number < 1 || number > c->brokers_len)
        return err_set(err, -EINVAL, "broker %lld: there are 1 to %d",
                       (long long)number, c->brokers_len);
    rc = listeners_read(listeners, &fresh, err);
    if (rc < 0) {
        forget_listeners(&fresh);
        return rc;
    }
    pthread_mutex_lock(&c->lock);
    b = &c->brokers[number];
    forget_listeners(b);
    memcpy(b->listeners, fresh.listeners, sizeof(b->listeners));
    b->listeners_len = fresh.listeners_len;
    b->token = c->next_token++;
    b->beat_us = clk_monotonic_us();
    *ret_number = (int)number;
    *ret_token = b->token;
    set_alive(c, (int)number, true);
    pthread_mutex_unlock(&c->lock);
    return 0;
}

bool cluster_beat(struct cluster *c, int number, uint64_t token)
{
    struct broker *b = &c->brokers[number];
    bool good;

    pthread_mutex_lock(&c->lock);
    good = b->token == token;
    if (good) {
        b->beat_us = clk_monotonic_us();
        set_alive(c, number, true);
    }
    pthread_mutex_unlock(&c->lock);
    return good;
}

void cluster_unregister(struct cluster *c, int number, uint64_t token)
{
    pthread_mutex_lock(&c->lock);
    if (c->brokers[number].token == token) {
        c->brokers[number].token = 0;
        set_alive(c, number, false);
    }
    pthread_mutex_unlock(&c->lock);
}

void cluster_tick(struct cluster *c)
{
    int64_t least_us = clk_monotonic_us() - c->session_us;

    pthread_mutex_lock(&c->lock);
    for (int n = 1; n <= c->brokers_len; n++)
        if (c->brokers[n].beat_us < least_us)
            set_alive(c, n, false);
    pthread_mutex_unlock(&c->lock);
}

const struct listener *broker_listener(const struct cluster *c, int number,
                                       const char *listener)
{
    const struct broker *b = &c->brokers[number];

    for (size_t i = 0; b->alive && i < b->listeners_len; i++)
        if (strcmp(b->listeners[i].name, listener) == 0)
            return &b->listeners[i];
    return NULL;
}

int cluster_next_alive(struct cluster *c, int preferred)
{
    int found = -1;

    pthread_mutex_lock(&c->lock);
    for (int i = 0; found < 0 && i < c->brokers_len; i++) {
        int number = (preferred - 1 + i) % c->brokers_len + 1;

        if (c->brokers[number].alive)
            found = number;
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}

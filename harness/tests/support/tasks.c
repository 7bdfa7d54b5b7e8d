/* tasks.c - a stand-in for the worker's core, for tests of tasks. */
#include "support/tasks.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"

static void core_said(void *ctx, const char *connector, int task,
                      enum task_state state, const char *trace)
{
    struct core *c = ctx;

    (void)connector, (void)task;
    pthread_mutex_lock(&c->lock);
    ck_assert((state == TASK_FAILED) == (trace != NULL));
    c->state = state;
    c->said++;
    (void)snprintf(c->trace, sizeof(c->trace), "%s", trace ? trace : "");
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
}

static json_t *core_offset_get(void *ctx, const char *connector,
                               const json_t *partition)
{
    AUTO_FREE char *key = json_dumps(partition, JSON_SORT_KEYS);
    struct core *c = ctx;
    json_t *found;

    (void)connector;
    pthread_mutex_lock(&c->lock);
    found = json_deep_copy(json_object_get(c->offsets, key));
    pthread_mutex_unlock(&c->lock);
    return found;
}

static int core_offset_put(void *ctx, const char *connector,
                           const json_t *partition, const json_t *offset,
                           struct err *err)
{
    AUTO_FREE char *key = json_dumps(partition, JSON_SORT_KEYS);
    struct core *c = ctx;

    (void)connector, (void)err;
    pthread_mutex_lock(&c->lock);
    (void)json_object_set_new(c->offsets, key, json_deep_copy(offset));
    c->puts++;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
    return 0;
}

rd_kafka_t *outsider(const struct core *c)
{
    char group[64];
    const struct client_setting set[] = {{"group.id", group}, {NULL, NULL}};

    (void)snprintf(group, sizeof(group), "connect-%s", c->connector);
    return client_new(RD_KAFKA_CONSUMER, c->mock->bootstrap, set);
}

void core_open(struct core *c, struct ordeal_mock *mock)
{
    /* records flushed together form one batch per partition */
    static const struct client_setting whole[] = {{"linger.ms", "10000"},
                                                  {NULL, NULL}};

    memset(c, 0, sizeof(*c));
    c->clk = clk_real();
    if (getenv("ORDEAL_TEST_LOG"))
        log_open(2, -1, LOG_DEBUG, &c->clk);
    (void)snprintf(c->dir, sizeof(c->dir), "/tmp/ordeal-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(c->dir));
    (void)snprintf(c->connector, sizeof(c->connector), "it-%d", (int)getpid());
    (void)snprintf(c->topic, sizeof(c->topic), "of-%d", (int)getpid());
    c->mock = mock;
    c->producer = client_new(RD_KAFKA_PRODUCER, mock->bootstrap, whole);
    c->asks = outsider(c);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    c->offsets = json_object();
    c->env = (struct task_env){
        .bootstrap = mock->bootstrap,
        .properties = json_pack("{s:s, s:s, s:s}", "offset.flush.interval.ms",
                                "100", "consumer.session.timeout.ms", "20000",
                                "consumer.heartbeat.interval.ms", "50"),
        .said = core_said,
        .offset_get = core_offset_get,
        .offset_put = core_offset_put,
        .ctx = c,
    };
}

void core_close(struct core *c)
{
    struct err err = {0};

    json_decref(c->offsets);
    json_decref((json_t *)(uintptr_t)c->env.properties);
    rd_kafka_destroy(c->asks);
    rd_kafka_destroy(c->producer);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    ck_assert_int_eq(remove_tree(c->dir, &err), 0);
}

void pause_briefly(struct core *c)
{
    clk_sleep(&c->clk, 10 * US_PER_MS);
}

void await_state(struct core *c, enum task_state state)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    bool there = false;

    while (!there && clk_monotonic_us() < until_us) {
        pthread_mutex_lock(&c->lock);
        there = c->said > 0 && c->state == state;
        pthread_mutex_unlock(&c->lock);
        if (!there)
            pause_briefly(c);
    }
    ck_assert_msg(there, "state %d never came; %s", (int)state, c->trace);
}

struct task *start_of(struct core *c, int number, const char *const *pairs,
                      bool paused)
{
    AUTO_JSON json_t *config = json_object();
    struct err err = {0};
    struct task *t;

    for (; *pairs; pairs += 2)
        (void)json_object_set_new(config, pairs[0], json_string(pairs[1]));
    pthread_mutex_lock(&c->lock);
    c->said = 0;
    pthread_mutex_unlock(&c->lock);
    ck_assert_msg(task_start(&c->env, c->connector, number, config, paused, &t,
                             &err) == 0,
                  "%s", err.text);
    return t;
}

void produce_range(struct core *c, const char *topic, int partition, int from,
                   int to)
{
    char value[32];

    client_failures = 0;
    leaders_find(c->producer, topic);
    for (int i = from; i < to; i++) {
        int len = snprintf(value, sizeof(value), "value-%d", i);

        ck_assert_int_eq(
            rd_kafka_producev(c->producer, RD_KAFKA_V_TOPIC(topic),
                              RD_KAFKA_V_PARTITION(partition),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_KEY("key", 3),
                              RD_KAFKA_V_VALUE(value, (size_t)len),
                              RD_KAFKA_V_END),
            RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    ck_assert_int_eq(rd_kafka_flush(c->producer, 40000), 0);
    ck_assert_int_eq(client_failures, 0);
}

/* Print the value of a record or, if `header` is set, of its last header of the
 * name. */
static void print_line(FILE *out, const rd_kafka_message_t *m,
                       const char *header)
{
    const void *value = m->payload;
    size_t len = m->len;
    rd_kafka_headers_t *h;

    if (header && (rd_kafka_message_headers(m, &h) ||
                   rd_kafka_header_get_last(h, header, &value, &len)))
        len = 0;
    (void)fprintf(out, "%.*s\n", (int)len, (const char *)value);
}

char *read_topic(struct core *c, const char *topic, int n, const char *header)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_t *rk = outsider(c);
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    size_t text_len = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &text_len);
    int seen = 0;

    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = 0;
    ck_assert_int_eq(rd_kafka_assign(rk, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
    while (seen < n && clk_monotonic_us() < until_us) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 100);

        if (m && !m->err) {
            print_line(out, m, header);
            seen++;
        }
        if (m)
            rd_kafka_message_destroy(m);
    }
    (void)fclose(out);
    rd_kafka_destroy(rk);
    ck_assert_msg(seen >= n, "%s: %d of %d records", topic, seen, n);
    return text;
}

int64_t committed(struct core *c, int partition)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    int64_t at;

    (void)rd_kafka_topic_partition_list_add(list, c->topic, partition);
    ck_assert_int_eq(rd_kafka_committed(c->asks, list, 20000), 0);
    ck_assert_int_eq(list->elems[0].err, 0);
    at = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return at;
}

void await_committed(struct core *c, int partition, int64_t offset)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US, at;

    while ((at = committed(c, partition)) != offset &&
           clk_monotonic_us() < until_us)
        pause_briefly(c);
    ck_assert_int_eq(at, offset);
}

int members(struct core *c, char **ret_first)
{
    const struct rd_kafka_group_list *all;
    char group[64];
    int n = 0;

    (void)snprintf(group, sizeof(group), "connect-%s", c->connector);
    ck_assert_int_eq(rd_kafka_list_groups(c->asks, group, &all, 20000), 0);
    if (all->group_cnt == 1 && strcmp(all->groups[0].state, "Stable") == 0)
        n = all->groups[0].member_cnt;
    if (n > 0)
        *ret_first = strdup(all->groups[0].members[0].member_id);
    rd_kafka_group_list_destroy(all);
    return n;
}

void await_members(struct core *c, int n, char **ret_first)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    AUTO_FREE char *first = NULL;
    int now;

    while ((now = members(c, &first)) != n && clk_monotonic_us() < until_us) {
        free(first);
        first = NULL;
        pause_briefly(c);
    }
    ck_assert_int_eq(now, n);
    if (ret_first)
        *ret_first = TAKE(first);
}

char *lines_of(int from, int to)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    for (int i = from; i < to; i++)
        (void)fprintf(out, "value-%d\n", i);
    (void)fclose(out);
    return text;
}

void append_text(const char *path, const char *text)
{
    AUTO_FILE FILE *out = fopen(path, "a");

    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
}

char *await_file(struct core *c, const char *path, size_t len)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    char *text = NULL;
    size_t got = 0;

    do {
        struct err err = {0};

        free(text);
        text = NULL;
        pause_briefly(c);
        if (file_read(path, &text, &got, &err) < 0)
            got = 0;
    } while (got < len && clk_monotonic_us() < until_us);
    ck_assert_msg(got >= len, "%s: %zu of %zu bytes", path, got, len);
    return text;
}

/* member.c - the worker's thread in the workers' group. */
#include "standins/worker/member.h"

#include <assert.h>
#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/memory.h"
#include "standins/worker/slots.h"
#include "standins/worker/worker_kafka.h"

enum { MEMBER_MAGIC = 0x4d656d62, SERVE_MS = 100, LEAVE_US = 2000000 };

struct member {
    unsigned magic;
    struct member_spec spec;
    rd_kafka_t *rk;
    pthread_t thread;
    atomic_bool leaving;
    bool left; /* has left the group; used by the thread until the thread has
                  ended */
    int64_t count; /* number of assignments so far */
};

static struct member *member_of(void *opaque)
{
    struct member *m = opaque;

    assert(m && m->magic == MEMBER_MAGIC);
    return m;
}

/* librdkafka has no call for the generation. The serialised group metadata
 * holds the generation behind `mark`, in librdkafka 1.6 to 2.8 at least. With
 * other versions assignments are counted, which grows as well. */
static int64_t generation_of(struct member *m)
{
    static const char mark[] = "CGMDv2:";
    rd_kafka_consumer_group_metadata_t *g =
        rd_kafka_consumer_group_metadata(m->rk);
    int64_t generation = m->count;
    rd_kafka_error_t *e;
    void *bytes = NULL;
    size_t size = 0;
    int32_t n;

    if (!g)
        return generation;
    e = rd_kafka_consumer_group_metadata_write(g, &bytes, &size);
    if (!e && size >= strlen(mark) + sizeof(n) &&
        memcmp(bytes, mark, strlen(mark)) == 0) {
        memcpy(&n, (const char *)bytes + strlen(mark), sizeof(n));
        generation = n;
    }
    if (e)
        rd_kafka_error_destroy(e);
    else
        rd_kafka_mem_free(m->rk, bytes);
    rd_kafka_consumer_group_metadata_destroy(g);
    return generation;
}

static void take_up(struct member *m, rd_kafka_topic_partition_list_t *list)
{
    uint32_t slots = 0;
    rd_kafka_resp_err_t e;

    for (int i = 0; i < list->cnt; i++) {
        /* librdkafka need not look up a known offset, ... */
        list->elems[i].offset = 0;
        if (list->elems[i].partition >= 0 && list->elems[i].partition < SLOTS)
            slots |= UINT32_C(1) << list->elems[i].partition;
    }
    e = rd_kafka_assign(m->rk, list);
    if (!e) /* ... and does not fetch a paused partition */
        e = rd_kafka_pause_partitions(m->rk, list);
    if (e)
        log_error("member", "assign: %s", rd_kafka_err2str(e));
    m->count++;
    m->spec.assigned(m->spec.ctx, slots, generation_of(m));
}

/* Revoked slots are given up only after revoked() has returned, so after
 * everything in the slots has stopped: no other worker may start a unit while
 * the unit still runs here. */
static void rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t e,
                      rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct member *m = member_of(opaque);

    if (e == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        take_up(m, list);
        return;
    }
    if (e != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        log_warn("member", "rebalance: %s", rd_kafka_err2str(e));
    m->spec.revoked(m->spec.ctx, rd_kafka_assignment_lost(rk) != 0);
    e = rd_kafka_assign(rk, NULL);
    if (e)
        log_warn("member", "give up: %s", rd_kafka_err2str(e));
}

static void serve(void *opaque, int ms)
{
    struct member *m = member_of(opaque);
    rd_kafka_message_t *msg = rd_kafka_consumer_poll(m->rk, ms);

    if (msg && msg->err && msg->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
        log_warn("member", "%s", rd_kafka_message_errstr(msg));
    if (msg)
        rd_kafka_message_destroy(msg);
}

static void *take_part(void *opaque)
{
    struct member *m = member_of(opaque);
    rd_kafka_resp_err_t e = 0;

    (void)pthread_setname_np(pthread_self(), "member");
    while (!m->leaving)
        serve(m, SERVE_MS);
    m->left = handle_leave(m->rk, serve, m, clk_monotonic_us() + LEAVE_US);
    if (m->left)
        e = rd_kafka_consumer_close(m->rk);
    if (e)
        log_warn("member", "leave: %s", rd_kafka_err2str(e));
    return NULL;
}

static int subscribe(struct member *m, struct err *err)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_resp_err_t e;

    rd_kafka_topic_partition_list_add(list, m->spec.topic,
                                      RD_KAFKA_PARTITION_UA);
    e = rd_kafka_subscribe(m->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    return e ? kafka_error(err, m->spec.topic, e) : 0;
}

static int open_client(struct member *m, struct err *err)
{
    const struct handle_setting settings[] = {
        {"group.id", m->spec.group},
        {"client.id", m->spec.client_id},
        {"session.timeout.ms", m->spec.session_ms},
        {"heartbeat.interval.ms", m->spec.heartbeat_ms},
        /* how long the group waits for a member that gives up its slots */
        {"max.poll.interval.ms", m->spec.rebalance_ms},
        {"partition.assignment.strategy", "roundrobin"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "latest"},
    };
    rd_kafka_conf_t *conf;

    if (kafka_conf(m->spec.bootstrap, settings, ARRAY_LEN(settings), &conf,
                   err) < 0)
        return err->code;
    rd_kafka_conf_set_opaque(conf, m);
    rd_kafka_conf_set_rebalance_cb(conf, rebalance);
    return handle_open(RD_KAFKA_CONSUMER, conf, &m->rk, err);
}

int member_join(const struct member_spec *spec, struct member **ret,
                struct err *err)
{
    struct member *m = must_calloc(1, sizeof(*m));

    m->magic = MEMBER_MAGIC;
    m->spec = *spec;
    if (open_client(m, err) == 0 && subscribe(m, err) == 0 &&
        pthread_create(&m->thread, NULL, take_part, m) != 0)
        err_set(err, -EAGAIN, "member: no thread");
    if (err->code) {
        if (m->rk)
            rd_kafka_destroy(m->rk);
        free(m);
        return err->code;
    }
    *ret = m;
    return 0;
}

void member_leave(struct member *m)
{
    if (!m)
        return;
    m->leaving = true;
    (void)pthread_join(m->thread, NULL);
    if (!m->left) { /* not destroyed: the process ends anyway */
        log_warn("member", "did not leave the group in time");
        return;
    }
    rd_kafka_destroy(m->rk);
    m->magic = 0;
    free(m);
}

/* producer.c - sends records and learns the fate of each. */
#include "client/producer_own.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"

enum {
    PRODUCER_MAGIC = 0x50726f64,
    SLOTS_A_BLOCK = 4096,
    API_PRODUCE = 0,
    PURGE_LIMIT_US = 1000000,
    INIT_LIMIT_US = 60000000,
};

struct slot_block {
    struct slot_block *next;
    struct slot slots[SLOTS_A_BLOCK];
};

static struct kafka_producer *producer_of(void *opaque)
{
    struct kafka_producer *p = opaque;

    assert(p != NULL && p->magic == PRODUCER_MAGIC);
    return p;
}

/* ---- slots ---------------------------------------------------------------*/

static void more_slots(struct kafka_producer *p)
{
    struct slot_block *b = must_malloc(sizeof(*b));

    b->next = p->blocks;
    p->blocks = b;
    for (size_t i = 0; i < SLOTS_A_BLOCK; i++) {
        b->slots[i].next = p->free_slots;
        p->free_slots = &b->slots[i];
    }
}

static struct slot *slot_take(struct kafka_producer *p)
{
    struct slot *s;

    if (!p->free_slots)
        more_slots(p);
    s = p->free_slots;
    p->free_slots = s->next;
    s->next = &p->under_way;
    s->before = p->under_way.before;
    s->before->next = s;
    p->under_way.before = s;
    return s;
}

static void slot_give(struct kafka_producer *p, struct slot *s)
{
    s->before->next = s->next;
    s->next->before = s->before;
    s->next = p->free_slots;
    p->free_slots = s;
}

/* ---- what became of a record ---------------------------------------------*/

/* Errors that a broker returns before appending anything. Other errors for
 * which librdkafka says "not persisted" do not prove that: a leader deposed
 * while waiting for its followers answers NOT_LEADER for records already in the
 * log, and a disk may fail after the write. */
static bool broker_said_no(rd_kafka_resp_err_t e)
{
    switch ((int)e) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE:
        return true;
    }
    return false;
}

/* The fate of a record from its delivery report. */
static enum kafka_sent judge(struct kafka_producer *p,
                             const rd_kafka_message_t *m, const struct slot *s)
{
    if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return KAFKA_ACKNOWLEDGED;
    if (rd_kafka_message_status(m) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED ||
        rd_kafka_fatal_error(p->rk, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return KAFKA_INDETERMINATE;
    /* No produce request since the record was queued: the record never left. */
    if (s->sends == atomic_load(&p->sends))
        return KAFKA_REFUSED;
    return broker_said_no(m->err) ? KAFKA_REFUSED : KAFKA_INDETERMINATE;
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    struct kafka_producer *p = producer_of(opaque);
    struct slot *s = m->_private;
    enum kafka_sent sent = judge(p, m, s);
    struct kafka_report r = {
        .sent = sent,
        .partition = m->partition,
        .offset =
            sent == KAFKA_ACKNOWLEDGED && p->spec.acks != 0 ? m->offset : -1,
        .tag = s->tag,
        .reason = sent == KAFKA_ACKNOWLEDGED ? NULL : rd_kafka_err2str(m->err),
    };

    (void)rk;
    slot_give(p, s);
    p->reported++;
    p->spec.report(p->spec.ctx, &r);
}

/* Report every record still without a report as indeterminate, at the end. */
static void report_rest(struct kafka_producer *p)
{
    while (p->under_way.next != &p->under_way) {
        struct slot *s = p->under_way.next;
        struct kafka_report r = {
            .sent = KAFKA_INDETERMINATE,
            .partition = s->partition,
            .offset = -1,
            .tag = s->tag,
            .reason = "closed before a report came",
        };

        slot_give(p, s);
        p->spec.report(p->spec.ctx, &r);
    }
}

/* ---- open ----------------------------------------------------------------*/

/* The head of an interceptor function of librdkafka: nine arguments, of which
 * two are used. */
#define ON_REQUEST_SENT(name, api, opaque)                                     \
    static rd_kafka_resp_err_t name(                                           \
        UNUSED rd_kafka_t *rk, UNUSED int fd, UNUSED const char *broker,       \
        UNUSED int32_t broker_id, int16_t api, UNUSED int16_t version,         \
        UNUSED int32_t id, UNUSED size_t size, void *opaque)
#define UNUSED __attribute__((unused))

ON_REQUEST_SENT(on_sent, api, opaque)
{
    struct kafka_producer *p = opaque;

    if (api == API_PRODUCE)
        atomic_fetch_add(&p->sends, 1);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf,
                                  void *opaque, char *why, size_t why_len)
{
    (void)conf, (void)why, (void)why_len;
    return rd_kafka_interceptor_add_on_request_sent(rk, "sends", on_sent,
                                                    opaque);
}

static int set_number(rd_kafka_conf_t *conf, const char *key, int64_t value,
                      struct err *err)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    return conf_set(conf, key, text, err);
}

/* librdkafka refuses a delivery time-out longer than the transaction time-out.
 */
static int64_t within_transaction(rd_kafka_conf_t *conf, int64_t timeout_ms)
{
    char text[24] = "";
    size_t len = sizeof(text);
    int64_t limit_ms = 0;

    if (rd_kafka_conf_get(conf, "transaction.timeout.ms", text, &len) ==
        RD_KAFKA_CONF_OK)
        limit_ms = strtoll(text, NULL, 10);
    return limit_ms > 0 && limit_ms < timeout_ms ? limit_ms : timeout_ms;
}

/* Set the properties of the spec, which no property of the user may overrule.
 */
static int set_spec(rd_kafka_conf_t *conf,
                    const struct kafka_producer_spec *spec, struct err *err)
{
    int64_t timeout_ms = spec->delivery_timeout_us / US_PER_MS;
    int rc = set_number(conf, "acks", spec->acks, err);

    if (spec->transactional_id)
        timeout_ms = within_transaction(conf, timeout_ms);
    if (rc == 0)
        rc = conf_set(conf, "enable.idempotence",
                      spec->idempotence ? "true" : "false", err);
    if (rc == 0 && spec->compression)
        rc = conf_set(conf, "compression.type", spec->compression, err);
    if (rc == 0 && timeout_ms > 0)
        rc = set_number(conf, "delivery.timeout.ms", timeout_ms, err);
    if (rc == 0 && spec->transactional_id)
        rc = conf_set(conf, "transactional.id", spec->transactional_id, err);
    return rc;
}

static int producer_conf(const struct kafka_access *a, struct kafka_producer *p,
                         rd_kafka_conf_t **ret, struct err *err)
{
    /* A broker thread of librdkafka 2.0.2 spins while a batch past linger.ms
     * waits for batches in flight. With a linger longer than the usual answer
     * time of three replicas, 1000 records/s take a fifth of the CPU. */
    static const struct setting tuned[] = {
        {"linger.ms", "50"},
        {"queue.buffering.max.messages", "500000"},
        {"queue.buffering.max.kbytes", "262144"},
        {"retry.backoff.ms", "50"},
    };
    int rc = conf_new(a, tuned, ARRAY_LEN(tuned), ret, err);

    if (rc < 0)
        return rc;
    rc = set_spec(*ret, &p->spec, err);
    rd_kafka_conf_set_opaque(*ret, p);
    rd_kafka_conf_set_dr_msg_cb(*ret, on_report);
    if (rc == 0 && rd_kafka_conf_interceptor_add_on_new(
                       *ret, "sends", on_new, p) != RD_KAFKA_RESP_ERR_NO_ERROR)
        rc = err_set(err, -EIO, "kafka client: no interceptor");
    if (rc < 0)
        rd_kafka_conf_destroy(*ret);
    return rc;
}

static void producer_free(struct kafka_producer *p)
{
    struct handle_parts parts = {.rk = p->rk};

    if (p->topic) {
        parts.topics = must_calloc(1, sizeof(rd_kafka_topic_t *));
        parts.topics[0] = p->topic;
        parts.topics_len = 1;
    }
    /* A client left behind may still count in `sends`: then leak `p` too. */
    if (!handle_close(&parts, CLOSE_LIMIT_US))
        return;
    while (p->blocks) {
        struct slot_block *b = p->blocks;

        p->blocks = b->next;
        free(b);
    }
    p->magic = 0;
    free(p);
}

int kafka_producer_open(const struct kafka_access *a,
                        const struct kafka_producer_spec *spec,
                        struct kafka_producer **ret, struct err *err)
{
    struct kafka_producer *p = must_calloc(1, sizeof(*p));
    rd_kafka_conf_t *conf;
    int rc;

    p->magic = PRODUCER_MAGIC;
    p->spec = *spec;
    p->under_way.next = p->under_way.before = &p->under_way;
    rc = producer_conf(a, p, &conf, err);
    if (rc == 0)
        rc = handle_open(RD_KAFKA_PRODUCER, conf, &p->rk, err);
    if (rc == 0) {
        p->topic = rd_kafka_topic_new(p->rk, spec->topic, NULL);
        if (!p->topic)
            rc = err_set(err, -EINVAL, "topic %s: %s", spec->topic,
                         rd_kafka_err2str(rd_kafka_last_error()));
    }
    if (rc == 0 && spec->transactional_id)
        rc = transactions_begin(p,
                                spec->delivery_timeout_us > 0
                                    ? spec->delivery_timeout_us
                                    : INIT_LIMIT_US,
                                err);
    if (rc < 0) {
        producer_free(p);
        return rc;
    }
    *ret = p;
    return 0;
}

/* ---- use -----------------------------------------------------------------*/

/* The error for a record just refused by rd_kafka_produce(). */
static int not_taken(struct kafka_producer *p, int32_t partition,
                     struct err *err)
{
    rd_kafka_resp_err_t e = rd_kafka_last_error();
    const char *topic = rd_kafka_topic_name(p->topic);

    if (e == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return err_set(err, -EAGAIN, "%s: the queue is full", topic);
    if (rd_kafka_fatal_error(p->rk, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, -ESHUTDOWN, "%s[%d]: %s: open a new producer",
                       topic, (int)partition, rd_kafka_err2str(e));
    return err_set(err, kafka_errno(e), "%s[%d]: %s", topic, (int)partition,
                   rd_kafka_err2str(e));
}

int kafka_send(struct kafka_producer *p, const struct kafka_outgoing *r,
               struct err *err)
{
    struct slot *s = slot_take(p);

    s->tag = r->tag;
    s->partition = r->partition;
    s->sends = atomic_load(&p->sends);
    if (rd_kafka_produce(p->topic, r->partition, RD_KAFKA_MSG_F_COPY,
                         (void *)r->value, r->value_len, r->key, r->key_len,
                         s) == 0) {
        if (p->partitions <= r->partition)
            p->partitions = r->partition + 1;
        p->unconfirmed = p->spec.acks == 0;
        return 0;
    }
    slot_give(p, s);
    return not_taken(p, r->partition, err);
}

int kafka_producer_poll(struct kafka_producer *p, int64_t wait_us)
{
    int64_t until_us = clk_monotonic_us() + wait_us;

    p->reported = 0;
    /* A broker error also ends rd_kafka_poll(), without a report: go on. */
    do
        (void)rd_kafka_poll(p->rk, ms_until(until_us));
    while (p->reported == 0 && ms_until(until_us) > 0);
    return p->reported;
}

/* With acks=0 a record is reported when written to the socket. But closing a
 * connection with an unread answer resets the connection, and requests not yet
 * read by the broker are lost. A broker handles the requests of a connection in
 * order, so an answer to a later request proves that the broker has read all
 * earlier requests: ask each leader for an offset. */
static bool leaders_have_all(struct kafka_producer *p, int64_t until_us)
{
    const struct span all = {.topic = rd_kafka_topic_name(p->topic),
                             .n = (size_t)p->partitions};
    AUTO_FREE int64_t *ends = NULL;
    struct err err = {0};

    if (!p->unconfirmed)
        return true;
    ends = must_calloc(all.n, sizeof(*ends));
    p->unconfirmed =
        offsets_at(p->rk, &all, RD_KAFKA_OFFSET_END, until_us, ends, &err) < 0;
    return !p->unconfirmed;
}

bool kafka_producer_flush(struct kafka_producer *p, int64_t wait_us)
{
    int64_t until_us = clk_monotonic_us() + wait_us;

    return rd_kafka_flush(p->rk, ms_until(until_us)) ==
               RD_KAFKA_RESP_ERR_NO_ERROR &&
           leaders_have_all(p, until_us);
}

void kafka_producer_close(struct kafka_producer *p, int64_t timeout_us)
{
    int64_t until_us = clk_monotonic_us() + timeout_us;

    if (!p)
        return;
    (void)rd_kafka_flush(p->rk, ms_until(until_us));
    if (p->under_way.next != &p->under_way) {
        (void)rd_kafka_purge(p->rk, RD_KAFKA_PURGE_F_QUEUE |
                                        RD_KAFKA_PURGE_F_INFLIGHT |
                                        RD_KAFKA_PURGE_F_NON_BLOCKING);
        until_us = clk_monotonic_us() + PURGE_LIMIT_US;
        while (p->under_way.next != &p->under_way && ms_until(until_us) > 0)
            (void)rd_kafka_poll(p->rk, ms_until(until_us));
    }
    report_rest(p);
    producer_free(p);
}

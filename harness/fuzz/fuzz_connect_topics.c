/* fuzz_connect_topics.c - records of Connect's status, config and offsets
 * topics, and the state of connectors derived from the records. */
#include <assert.h>

#include "base/own.h"
#include "client/internal.h"
#include "fuzz/fuzz.h"
#include "observe/watch.h"

static int64_t now(void *ctx)
{
    (void)ctx;
    return 1000;
}

static int worker_at(void *ctx, const char *address)
{
    (void)ctx;
    return address[0] == '1' ? 1 : -1;
}

/* The text of an event must be valid UTF-8, or JSON refuses the text. */
static void put(void *ctx, int64_t at_us, const char *actor, const char *what,
                json_t *body)
{
    (void)ctx;
    (void)at_us;
    assert(body && actor[0] && what[0]);
    json_decref(body);
}

static void ask(struct connect_watch *w, const struct input_record *r)
{
    struct connect_record c;

    if (connect_record_parse(r->key, r->key_len, r->value, r->value_len, &c) <
        0)
        return;
    if (c.connector) {
        AUTO_JSON json_t *offsets = connect_watch_offsets(w, c.connector);

        assert(json_is_array(offsets));
        (void)connect_watch_task(w, c.connector, c.task);
        assert(connect_watch_tasks(w, c.connector) >= 0);
        (void)connect_watch_worker_at(w, c.connector, c.task, 5);
    }
    connect_record_done(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct clk clk = {.now_us = now};
    struct event_sink events = {.put = put};
    struct observer_spec spec = {
        .clk = &clk, .events = &events, .worker_at = worker_at};
    struct connect_watch *w = connect_watch_new(&spec);
    struct input_record r;

    while (input_record(&data, &len, &r)) {
        connect_watch_note(w, &(struct record){.key = r.key,
                                               .key_len = r.key_len,
                                               .value = r.value,
                                               .value_len = r.value_len,
                                               .at.time_us = 5});
        ask(w, &r);
    }
    connect_watch_free(w);
    return 0;
}

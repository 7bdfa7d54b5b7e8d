/* api_own.h - between the table of requests (api.c) and their handlers.
 *
 * A handler reads `q->body`, acts only if all of it could be read (`bad` is
 * asked before), and writes the answer's body to `w`, behind the correlation
 * id. Each runs in the thread of its connection and may wait.
 */
#ifndef STANDINS_MOCK_API_OWN_H
#define STANDINS_MOCK_API_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "standins/mock/api.h"
#include "standins/mock/codec.h"

struct request {
    struct client *client;
    int16_t key, version;
    int32_t correlation;
    char client_id[256]; /* "" for null; cut */
    struct reader body;
    uint8_t *frame; /* whole, without its length */
    size_t frame_len;
};

enum handled {
    HANDLED,      /* send what was written */
    HANDLED_MUTE, /* the request wants no answer */
    HANDLED_BAD,  /* not to be understood: close, as Kafka does */
};

/* Who asks has hung up, while a request waits; for struct join. */
bool client_gone(void *client);

/* Hand the request to the mock's broker; its answer is in client->answer.
 * false: it cannot be reached, or did not answer to this request. */
bool forward(struct request *q);

/* Whether the group is coordinated by the broker that was asked. */
int16_t coordinated_here(const struct request *q, struct bytes group);

/* ---- handlers, one file a subject ---- */

#define API_HANDLER(name) enum handled name(struct request *q, struct writer *w)

API_HANDLER(api_produce);          /* api_produce.c */
API_HANDLER(api_init_producer_id); /* api_produce.c */
API_HANDLER(api_fetch);            /* api_fetch.c */
API_HANDLER(api_list_offsets);     /* api_fetch.c */
API_HANDLER(api_metadata);         /* api_metadata.c */
API_HANDLER(api_find_coordinator); /* api_metadata.c */
API_HANDLER(api_create_topics);    /* api_topics.c */
API_HANDLER(api_describe_configs); /* api_topics.c */
API_HANDLER(api_join_group);       /* api_groups.c */
API_HANDLER(api_sync_group);
API_HANDLER(api_heartbeat);
API_HANDLER(api_leave_group);
API_HANDLER(api_describe_groups); /* api_describe.c */
API_HANDLER(api_list_groups);
API_HANDLER(api_offset_commit); /* api_offsets.c */
API_HANDLER(api_offset_fetch);

#endif

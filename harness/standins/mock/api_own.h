/* api_own.h - the interface between the table of request types (api.c) and the
 * handlers.
 *
 * A handler parses `q->body`, acts only after the whole body was parsed without
 * error (`q->body.bad`), and writes the body of the response to `w`, in which
 * the correlation id stands already. A handler runs in the thread of its
 * connection and may wait.
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
    char client_id[256]; /* "" for null; cut at the end */
    struct reader body;
};

enum handled {
    HANDLED,      /* send the response in `w` */
    HANDLED_MUTE, /* the request wants no response (acks=0) */
    HANDLED_BAD,  /* malformed: close the connection, as Kafka does */
};

/* Whether the client behind `client` (a struct client) has closed its
 * connection. Fits join.gone; used while a request waits. */
bool client_gone(void *client);

/* NO_ERROR if the broker that was asked coordinates `group`, else the error
 * code to answer: INVALID_GROUP_ID, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR.
 */
int16_t coordinated_here(const struct request *q, struct bytes group);

/* ---- handlers, one file a subject ---- */

#define API_HANDLER(name) enum handled name(struct request *q, struct writer *w)

API_HANDLER(api_produce);           /* api_produce.c */
API_HANDLER(api_init_producer_id);  /* api_produce.c */
API_HANDLER(api_fetch);             /* api_fetch.c */
API_HANDLER(api_list_offsets);      /* api_records.c */
API_HANDLER(api_delete_records);    /* api_records.c */
API_HANDLER(api_metadata);          /* api_metadata.c */
API_HANDLER(api_find_coordinator);  /* api_metadata.c */
API_HANDLER(api_create_topics);     /* api_topics.c */
API_HANDLER(api_delete_topics);     /* api_topics.c */
API_HANDLER(api_create_partitions); /* api_topics.c */
API_HANDLER(api_describe_configs);  /* api_configs.c */
API_HANDLER(api_join_group);        /* api_groups.c */
API_HANDLER(api_sync_group);
API_HANDLER(api_heartbeat);
API_HANDLER(api_leave_group);
API_HANDLER(api_describe_groups); /* api_describe.c */
API_HANDLER(api_list_groups);
API_HANDLER(api_delete_groups);
API_HANDLER(api_offset_commit); /* api_offsets.c */
API_HANDLER(api_offset_fetch);

#endif

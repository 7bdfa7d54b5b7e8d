/* raw_requests.h - Kafka requests made by hand, for requests that librdkafka
 * would not send.
 *
 * `fd` is a connection of broker_dial(). Functions that return int16_t return
 * the error code of the response. Link with mock_codec.
 */
#ifndef SUPPORT_RAW_REQUESTS_H
#define SUPPORT_RAW_REQUESTS_H

#include "standins/mock/codec.h"

/* The body of a response, behind the correlation id. data NULL: no response. */
struct answer {
    uint8_t *data;
    struct reader body;
};

void answer_done(struct answer *a);

/* Send a request with correlation id 4711; body NULL: an empty body. */
void request_send(int fd, int16_t key, int16_t version,
                  const struct writer *body);

/* Read the response to request_send(). */
struct answer answer_read(int fd);

/* Send a request and read its response. Takes over `body`. The caller frees the
 * answer with answer_done(). */
struct answer ask(int fd, int16_t key, int16_t version, struct writer *body);

/* Create a topic by CreateTopics version 0. */
int16_t topic_make(int fd, const char *name, int partitions, int replicas);

/* ---- groups ---- */

struct membership {
    const char *group;
    char *id; /* "": no id yet; owned */
    int32_t generation;
    bool leads;
};

/* Send JoinGroup version 2; joined() reads the response. */
void join_send(int fd, const struct membership *m, int session_ms);

/* Read the response to join_send() into `m`: id, generation, and whether the
 * member is the group's leader. */
int16_t joined(int fd, struct membership *m);

/* SyncGroup version 1; the leader assigns everything to itself, and checks that
 * the response holds the assignment. */
int16_t sync_group(int fd, const struct membership *m, const char *assignment);

/* Heartbeat version 0. */
int16_t heartbeat(int fd, const struct membership *m);

/* OffsetCommit version 2, for partition 0 of a topic. */
int16_t commit_offset(int fd, const struct membership *m, const char *topic,
                      int64_t offset);

/* OffsetFetch version 1, for partition 0 of a topic. Returns the offset; -1:
 * none committed. */
int64_t committed_offset(int fd, const char *group, const char *topic);

#endif

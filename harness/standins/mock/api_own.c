/* api_own.c - helpers for handlers of requests. */
#include "standins/mock/api_own.h"

#include <sys/socket.h>

#include "standins/mock/errors.h"

bool client_gone(void *client)
{
    const struct client *c = client;
    char byte;

    return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool forward(struct request *q)
{
    struct client *c = q->client;
    struct err err = {0};
    struct reader r;

    if (c->log_fd < 0 &&
        loopback_dial(c->cluster->log_port, &c->log_fd, &err) < 0)
        return false;
    if (frame_write(c->log_fd, q->frame, q->frame_len, &err) < 0 ||
        frame_read(c->log_fd, &c->answer, &err) < 0)
        return false;
    r = reader_of(c->answer.data, c->answer.len);
    return get_i32(&r) == q->correlation && !r.bad;
}

int16_t coordinated_here(const struct request *q, struct bytes group)
{
    int number;

    if (group.len <= 0)
        return INVALID_GROUP_ID;
    number = groups_coordinator(q->client->groups, group);
    if (number < 0)
        return COORDINATOR_NOT_AVAILABLE;
    return number == q->client->broker ? NO_ERROR : NOT_COORDINATOR;
}

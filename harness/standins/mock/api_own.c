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

/* nudge.h - keeps the mock's thread awake while it is asked to do something.
 *
 * librdkafka's mock (2.0.2 to 2.8) serves its orders and only then empties the
 * pipe that wakes it for them: an order that comes in between waits until the
 * thread wakes by itself, up to a second later, or until there is a request on
 * one of its connections. While anybody is between nudge_begin() and
 * nudge_end(), a thread of its own ("nudge") makes such requests.
 */
#ifndef STANDINS_MOCK_NUDGE_H
#define STANDINS_MOCK_NUDGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct nudge {
    pthread_mutex_t lock; /* of pending, stopping */
    pthread_cond_t changed;
    pthread_t thread;
    uint16_t port;
    unsigned pending;
    bool stopping;
};

/* `port`: of one of the mock's brokers. */
void nudge_start(struct nudge *n, uint16_t port);
void nudge_stop(struct nudge *n);

void nudge_begin(struct nudge *n);
void nudge_end(struct nudge *n);

#endif

/* nudge.h - keeps the thread of librdkafka's mock awake while the mock has
 * orders to serve.
 *
 * The mock's thread (librdkafka 2.0.2 to 2.8) first serves its queue of orders
 * and then empties the pipe by which orders wake the thread. An order that
 * arrives between the two steps waits until the thread wakes for another
 * reason: a request on a connection, or a time-out of one second.
 * So between nudge_begin() and nudge_end(), the thread "nudge" sends requests
 * to the mock.
 */
#ifndef STANDINS_MOCK_NUDGE_H
#define STANDINS_MOCK_NUDGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct nudge {
    pthread_mutex_t lock; /* guards pending, stopping */
    pthread_cond_t changed;
    pthread_t thread;
    uint16_t port;
    unsigned pending; /* calls of nudge_begin() without nudge_end() */
    bool stopping;
};

/* Start the thread. `port`: of a broker of the mock, on 127.0.0.1. */
void nudge_start(struct nudge *n, uint16_t port);
void nudge_stop(struct nudge *n);

/* Around each order to the mock. Thread-safe. */
void nudge_begin(struct nudge *n);
void nudge_end(struct nudge *n);

#endif

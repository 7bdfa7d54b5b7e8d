/* nudge.c - the thread that keeps librdkafka's mock awake. */
#include "standins/mock/nudge.h"

#include <stdlib.h>

#include "base/clk.h"
#include "base/own.h"
#include "standins/mock/mock_wire.h"

enum { EVERY_US = 500 };

/* An ApiVersions request: version 0, correlation id 0, client id null. */
static const uint8_t request[] = {0, 18, 0, 0, 0, 0, 0, 0, 255, 255};

/* Wait until a call of nudge_begin() is pending. false: nudge_stop() was
 * called. */
static bool wanted(struct nudge *n)
{
    bool go_on;

    pthread_mutex_lock(&n->lock);
    while (n->pending == 0 && !n->stopping)
        pthread_cond_wait(&n->changed, &n->lock);
    go_on = !n->stopping;
    pthread_mutex_unlock(&n->lock);
    return go_on;
}

/* Ends early if librdkafka's mock closes the connection: the mock has ended
 * then, and no order waits. */
static void *keep_awake(void *arg)
{
    struct nudge *n = arg;
    struct clk clk = clk_real();
    struct frame answer = {0};
    struct err err = {0};
    AUTO_FD int fd = -1;

    if (loopback_dial(n->port, &fd, &err) < 0)
        return NULL;
    while (wanted(n) && frame_write(fd, request, sizeof(request), &err) == 0 &&
           frame_read(fd, &answer, &err) == 0)
        clk_sleep(&clk, EVERY_US);
    frame_done(&answer);
    return NULL;
}

void nudge_start(struct nudge *n, uint16_t port)
{
    *n = (struct nudge){.port = port};
    pthread_mutex_init(&n->lock, NULL);
    pthread_cond_init(&n->changed, NULL);
    if (pthread_create(&n->thread, NULL, keep_awake, n))
        abort();
    (void)pthread_setname_np(n->thread, "nudge");
}

void nudge_stop(struct nudge *n)
{
    pthread_mutex_lock(&n->lock);
    n->stopping = true;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
    pthread_join(n->thread, NULL);
    pthread_cond_destroy(&n->changed);
    pthread_mutex_destroy(&n->lock);
}

void nudge_begin(struct nudge *n)
{
    pthread_mutex_lock(&n->lock);
    n->pending++;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
}

void nudge_end(struct nudge *n)
{
    pthread_mutex_lock(&n->lock);
    n->pending--;
    pthread_mutex_unlock(&n->lock);
}

/* ordeal_worker.h - workers as children of a test, with fake tasks
 * (fake_task.c), beside a cluster of one broker; and a client for the workers'
 * REST API.
 */
#ifndef SUPPORT_ORDEAL_WORKER_H
#define SUPPORT_ORDEAL_WORKER_H

#include <jansson.h>
#include <sys/types.h>

#include "support/ordeal_mock.h"

struct cluster {
    struct ordeal_mock mock;
    char dir[64]; /* configs and logs of the workers */
};

/* Start a broker, and create only the topic "in" for connectors: workers create
 * the internal topics. */
void cluster_start(struct cluster *c);
void cluster_stop(struct cluster *c);

struct worker_process {
    pid_t pid;
    unsigned port;
    char id[32]; /* worker_id in statuses */
};

/* Start worker `number`. session_ms: a worker silent for so long loses its
 * tasks. */
struct worker_process worker_start(const struct cluster *c, int number,
                                   int session_ms);

/* Send a signal and wait for the end; returns the wait status. */
int worker_end(const struct worker_process *w, int sig);

/* Send a request; returns the status, and the body in *ret_body (new; NULL:
 * none). -1: no response. */
int worker_ask(const struct worker_process *w, const char *method,
               const char *path, const char *body, json_t **ret_body);

/* Check the status, and that the body contains `text` (NULL: any). */
void expect(const struct worker_process *w, const char *method,
            const char *path, const char *body, int status, const char *text);

/* Repeat the request until status and body are as expected; fails as expect()
 * does after 50 s. */
void await(const struct worker_process *w, const char *method, const char *path,
           const char *body, int status, const char *text);

#endif

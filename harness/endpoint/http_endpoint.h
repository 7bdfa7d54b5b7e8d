/* http_endpoint.h - the parts of an http endpoint: http_endpoint.c (open,
 * close), http_records.c (the records taken), http_server.c (process,
 * behaviour) and http_behaviours.c (the ways to misbehave). */
#ifndef ENDPOINT_HTTP_ENDPOINT_H
#define ENDPOINT_HTTP_ENDPOINT_H

#include <assert.h>
#include <pthread.h>
#include <stdint.h>

#include "endpoint/endpoint.h"
#include "endpoint/http_senders.h"

struct http_settings {
    int64_t port; /* data; the control listener has the next port */
    int64_t batch;
    int64_t credential;
    int64_t keyed;
};

/* The log, counted so far. */
struct request_count {
    int64_t position;
    struct endpoint_counts sum;
};

enum { HTTP_MAGIC = 0x68747470 };

struct http {
    struct endpoint base; /* first */
    unsigned magic;       /* HTTP_MAGIC */
    struct http_settings settings;
    char *name, *work_dir;
    char *log_path; /* of requests */
    char *senders_path;
    char *output_path; /* of the program's own words */
    char *program;
    char *credential_path; /* NULL: no credential is asked for */
    struct nodes *nodes;   /* NULL: only read back */
    const struct clk *clk;
    const struct event_sink *events;
    struct node_info node;
    char url[96], port[8];
    char control_url[64];

    pthread_mutex_t orders; /* held while the server is told, asked, started;
                               taken before `lock` */
    json_t *told;           /* how to behave; under `orders` */

    pthread_mutex_t lock; /* never held while somebody is waited for */
    struct request_count count;
    struct senders senders; /* written under both, read under either */
};

static inline struct http *http_of(struct endpoint *e)
{
    struct http *h = (struct http *)e;

    assert(h->magic == HTTP_MAGIC);
    return h;
}

/* http_behaviours.c */
extern const struct behaviour http_behaviours[]; /* ends without a name */

/* Make the node and start the server there; returns once the server answers. */
MUST_USE int http_server_make(struct http *h, struct err *err);

/* End the server: SIGTERM, SIGKILL after 2 s. */
void http_server_end(struct http *h);

/* The slots of the same names in struct endpoint_ops. */
int http_counts(struct endpoint *e, struct endpoint_counts *ret,
                struct err *err);
int http_read(struct endpoint *e, const struct endpoint_read *how,
              struct err *err);
int http_read_refused(struct endpoint *e, record_fn each, void *ctx,
                      struct err *err);
int http_deliveries(struct endpoint *e, const char *topic,
                    struct delivery_note **ret, size_t *ret_len,
                    struct err *err);
int http_misbehave(struct endpoint *e, const json_t *how, struct err *err);
int http_misbehaving(struct endpoint *e, json_t **ret_how,
                     uint64_t *ret_applied, struct err *err);
int http_restart(struct endpoint *e, struct err *err);
int http_sender(struct endpoint *e, int worker, const char *worker_address,
                char ret_dial[NODE_ADDRESS_MAX], struct err *err);

#endif

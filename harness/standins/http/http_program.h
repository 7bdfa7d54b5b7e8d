/* http_program.h - ordeal-http: an HTTP sink that logs every request.
 *
 * Verdicts rest on the log of ordeal-http, so a request is in the log, with
 * body and status, before the answer is sent. The server cannot know whether
 * the answer reached the client: a connection cut in between leaves an accepted
 * row unknown to the sender, as in any real sink.
 *
 * Each connection has a thread of its own, so that a request held back delays
 * no other. Two locks: `orders` is held by a thread that changes behaviour or
 * addresses, for as long as the change takes; `lock` guards all members of
 * struct sink and is never held while waiting for a thread. `orders` is taken
 * before `lock`.
 *
 * With a credential (--credential FILE, a single line) a request without the
 * credential (RFC 6750) is answered 401 and not taken.
 *
 * The control listener is for the observer's side only:
 *   GET /control   {"behaviour", "applied", "held"}: the last order, how often
 *                  the behaviour has struck since, and the number of requests
 *                  held now
 *   PUT /control   {}: behave well; {"NAME": {...}}: behave as the row NAME of
 *                  http_strikes.c; answers as GET. Each order lets go all held
 *                  requests.
 *   GET /counts    {"accepted", "refused", "bytes"} since the log began
 *   PUT /listen    {"address", "port"}: listen there too; answers with the port
 */
#ifndef STANDINS_HTTP_HTTP_PROGRAM_H
#define STANDINS_HTTP_HTTP_PROGRAM_H

#include <jansson.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/request_log.h"
#include "base/rng.h"

enum {
    LISTENERS_MAX = 256,
    RETIRED_MAX = 4096,
    BODY_MAX = 64 << 20,
    CREDENTIAL_MAX = 256,
};

struct sink;

/* ---- behaviours: http_strikes.c has the rows ---- */

/* The part of a request that a behaviour may look at. */
struct asked {
    const char *body;
    size_t len;
};

/* The treatment of a request. strike() is given the treatment without an order:
 * status 200, or 401 or 413 and not taken. */
struct treatment {
    unsigned status;       /* answered and written down; 0: not taken */
    int64_t retry_after_s; /* Retry-After header; -1: none */
    int64_t hold_us; /* before the answer; HOLD_ON: until the next order */
    bool no_answer;  /* the connection is reset in place of an answer */
    bool struck;     /* counts as applied */
};

#define HOLD_ON INT64_MAX

enum setting_type {
    SETTING_NUMBER,   /* int64_t */
    SETTING_SHARE,    /* int64_t, parts per million; "50%" */
    SETTING_DURATION, /* int64_t, microseconds; "1s" */
    SETTING_TEXT,     /* char[SETTING_TEXT_MAX] */
    SETTING_WORD,     /* int64_t, the index in `words` */
};

enum { SETTING_TEXT_MAX = 128 };

/* A key of an order, in the units of scenario files (base/units.h). */
struct setting {
    const char *name;
    enum setting_type type;
    size_t at;        /* offset in the row's own struct */
    int64_t min, max; /* numbers; {0, 0}: any from 0 on */
    int64_t dflt;     /* of numbers and words; texts: "" */
    const char *const *words;
};

struct sink_behaviour {
    const char *name;
    const struct setting *settings;
    size_t settings_len;
    size_t size; /* of the struct filled by the settings; 0: none */

    /* Change the treatment of a request. `how`: the row's struct. Under the
     * lock. NULL: requests are treated well. */
    void (*strike)(struct sink *s, const void *how, const struct asked *r,
                   struct treatment *t);

    /* Effects beyond single requests: begun with the order, ended with the next
     * order. `orders` is held. begin() adds the proven effects to s->applied;
     * after a failure everything is as after end(). Both NULL or neither. */
    int (*begin)(struct sink *s, const void *how, struct err *err);
    int (*end)(struct sink *s, struct err *err);
};

/* How the sink behaves from now on. */
struct sink_order {
    const struct sink_behaviour *row; /* NULL: well */
    json_t *said;                     /* the order, word for word */
    void *how;                        /* row->size bytes */
};

/* Read {} or {"NAME": {...}}. -EINVAL: err names the wrong key and says why. */
MUST_USE int order_read(const json_t *body, struct sink_order *ret,
                        struct err *err);
void order_done(struct sink_order *o);

/* Fill `out` from `with` by the table; -EINVAL names the key. http_settings.c
 */
MUST_USE int settings_read(const struct setting *table, size_t n,
                           const json_t *with, void *out, struct err *err);

/* ---- the sink ---- */

/* Callbacks of libmicrohttpd for the requests of a listener. */
struct sink_handlers {
    MHD_AccessHandlerCallback each;
    MHD_RequestCompletedCallback done;
};

struct sink_listener {
    struct sink *sink;
    bool is_control;
    struct MHD_Daemon *daemon; /* NULL: down, and connections are refused */
    int fd;                    /* bound for as long as the program runs */
    struct in_addr address;
    uint16_t port;
};

struct sink {
    pthread_mutex_t orders;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* order_number, stopping; on the monotonic clock */
    struct sink_order order;
    uint64_t order_number; /* counts the orders */
    struct rng draw;       /* from the order's seed, a step a request */
    uint64_t applied;      /* how often the order's behaviour struck */
    uint64_t held;         /* requests held now */
    bool stopping;
    bool failed; /* the log could not be written: nothing is answered */

    struct sink_handlers data, control; /* before the first sink_listen() */

    int log_fd;
    const char *log_path;
    char credential[CREDENTIAL_MAX]; /* "": none is asked for */
    uint64_t next_number, accepted, refused, bytes;

    struct sink_listener listeners[LISTENERS_MAX];
    size_t listeners_len;
    bool down; /* data listeners refuse connections */
    struct MHD_Daemon *retired[RETIRED_MAX]; /* accept no more, still serve */
    size_t retired_len;
};

/* The eight parameters of a handler of libmicrohttpd, written down in a single
 * place. cls: the listener. */
#define SINK_HANDLER(name)                                                     \
    enum MHD_Result name(void *cls, struct MHD_Connection *connection,         \
                         const char *url, const char *method,                  \
                         const char *version, const char *upload_data,         \
                         size_t *upload_data_size, void **request_cls)

/* ---- http_rows.c ---- */

/* Open or make the log, remove a torn last row, and count the other rows.
 * -EBUSY: another process has the log. */
MUST_USE int sink_log_open(struct sink *s, const char *path, struct err *err);

/* Append a row; method, path, source and body follow the head at `row`. Fills
 * in number, times and the checksum of the head. Under the lock. */
MUST_USE int sink_log_append(struct sink *s, struct request_row *row,
                             struct err *err);

/* ---- http_data.c ---- */

SINK_HANDLER(sink_data);
void sink_data_done(void *cls, struct MHD_Connection *connection,
                    void **request_cls, enum MHD_RequestTerminationCode why);

/* ---- http_control.c ---- */

SINK_HANDLER(sink_control);
void sink_control_done(void *cls, struct MHD_Connection *connection,
                       void **request_cls, enum MHD_RequestTerminationCode why);

/* ---- http_listen.c ---- */

/* Listen at `address`:`port` (0: any) for data, or for control; *ret_port is
 * the port. Listening at the same address twice is no error. While the sink is
 * down, a new data socket is bound and refuses. `orders` is held, except at the
 * start. */
MUST_USE int sink_listen(struct sink *s, const char *address, uint16_t port,
                         bool control, uint16_t *ret_port, struct err *err);
void sink_listen_end(struct sink *s);

/* Refuse connections at every data address; the ports stay bound. `cut`: close
 * open connections as well. *ret_refused: number of addresses dialled
 * afterwards that refused, which is all of them. -EADDRINUSE: another program
 * answered at an address. `orders` is held. */
MUST_USE int sink_go_down(struct sink *s, bool cut, uint64_t *ret_refused,
                          struct err *err);
/* Listen at every data address again, at the same port. If an address fails,
 * err names the address, and the others are up. `orders` is held. */
MUST_USE int sink_come_up(struct sink *s, struct err *err);

#endif

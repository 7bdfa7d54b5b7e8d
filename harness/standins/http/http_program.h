/* http_program.h - ordeal-http: an HTTP sink that writes down all that it is
 * sent.
 *
 * Its word counts in a verdict, so a request is in the log, with its body and
 * its answer, before the answer is sent. Whether the answer then reached the
 * client cannot be known here: a connection that was cut in between leaves an
 * accepted row that the sender does not know of, as in any real sink.
 *
 * One thread a connection, so that answers that are held back hold up nobody
 * else. One lock (`lock`) guards everything in struct sink.
 *
 * With a credential (--credential FILE, one line) it takes no request that does
 * not bear it (RFC 6750) and answers 401.
 *
 * The control listener is for the observer's side only:
 *   GET /control   how it misbehaves, and how many requests got that
 *   PUT /control   {"status","share_ppm","retry_after_s","delay_us","seed",
 *                  "reset","containing","revoked"}, each may be left out (0,
 * "", false; share_ppm: 1000000; retry_after_s: -1); answers as GET; {} mends
 *   GET /counts    {"accepted","refused","bytes"} since the log began
 *   PUT /listen    {"address","port"}: listen there too; answers with the port
 */
#ifndef STANDINS_HTTP_HTTP_PROGRAM_H
#define STANDINS_HTTP_HTTP_PROGRAM_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/request_log.h"
#include "base/rng.h"

enum { LISTENERS_MAX = 256, BODY_MAX = 64 << 20 };

enum { CONTAINING_MAX = 128, CREDENTIAL_MAX = 256 };

enum sink_reset {
    RESET_NEVER,
    RESET_BEFORE, /* instead of `status`: it is not taken */
    RESET_AFTER,  /* it is taken, and the sender is not told */
};

struct sink_control {
    int64_t status;        /* 0: answer well; else 200..599 */
    int64_t share;         /* ppm of the requests that get `status` or reset */
    int64_t retry_after_s; /* -1: no such header */
    int64_t delay_us;      /* before every answer */
    enum sink_reset reset;
    char containing[CONTAINING_MAX]; /* only requests whose body has it get
                                        `status` or reset; "": all */
    bool revoked;                    /* no credential is good */
    uint64_t seed;
};

struct sink_listener {
    struct sink *sink;
    struct MHD_Daemon *daemon;
    struct in_addr address;
    uint16_t port;
};

struct sink {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* control, stopping; on the monotonic clock */
    struct sink_control control;
    struct rng draw;  /* from control.seed, a step a request */
    uint64_t applied; /* requests that got what control says */
    bool stopping;
    bool failed; /* the log could not be written: nothing is answered */

    int log_fd;
    const char *log_path;
    char credential[CREDENTIAL_MAX]; /* "": none is asked for */
    uint64_t next_number, accepted, refused, bytes;

    struct sink_listener listeners[LISTENERS_MAX];
    size_t listeners_len;
};

/* The eight parameters that libmicrohttpd hands to a handler, in one place.
 * cls: the listener. */
#define SINK_HANDLER(name)                                                     \
    enum MHD_Result name(void *cls, struct MHD_Connection *connection,         \
                         const char *url, const char *method,                  \
                         const char *version, const char *upload_data,         \
                         size_t *upload_data_size, void **request_cls)

/* ---- http_rows.c ---- */

/* Open or make the log, take a torn last row off its end, and count what is
 * there. -EBUSY: another process has it. */
MUST_USE int sink_log_open(struct sink *s, const char *path, struct err *err);

/* Append one row, whose bytes lie behind one another at `row`; fills in
 * number, times, checksum of the head. Under the lock. */
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
 * the port. An address that is listened at already is no error. */
MUST_USE int sink_listen(struct sink *s, const char *address, uint16_t port,
                         bool control, uint16_t *ret_port, struct err *err);
void sink_listen_end(struct sink *s);

#endif

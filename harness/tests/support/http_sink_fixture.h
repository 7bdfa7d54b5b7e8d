/* http_sink_fixture.h - fixtures for test cases of HttpSink: a topic, an
 * ordeal-http to post to, and the log of requests.
 *
 * All cases of a program share the mock cluster; the topic, ordeal-http and the
 * log are new for each case.
 */
#ifndef SUPPORT_HTTP_SINK_FIXTURE_H
#define SUPPORT_HTTP_SINK_FIXTURE_H

#include <check.h>

#include "support/ordeal_http.h"
#include "support/tasks.h"

extern struct ordeal_mock mock;
extern struct core core;
extern struct ordeal_http http;
extern char log_path[96]; /* the log of `http`, within core.dir */
extern char url[64];      /* of the data port of `http` */

/* Properties of an HttpSink that reads core.topic and posts to `url`, for
 * start_task(). */
#define SINK                                                                   \
    "connector.class", "ordeal.HttpSink", "topics", core.topic, "http.url",    \
        url, "http.retry.ms", "20"

/* The requests answered with `status` (0: all but 2xx), a line each: "source
 * body", or only the source. The caller frees. */
char *rows(int status, bool with_body);

/* Wait until at least `n` requests were answered with `status`; fails after
 * LIMIT_US. */
void await_rows(int status, int n);

/* Check that ordeal-http accepted with status 200 exactly the records `from` to
 * `to - 1` of produce_range(), in order and without copies. */
void accepted_are(int from, int to);

/* Call from fill(): a cluster for all cases, and a sink's topic and receiver
 * for each. */
void http_sink_fixtures(TCase *tc);

#endif

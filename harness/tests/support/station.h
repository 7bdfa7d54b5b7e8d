/* station.h - a folder, an endpoint in the folder, and the records read back
 * from the endpoint, for tests of endpoints.
 */
#ifndef SUPPORT_STATION_H
#define SUPPORT_STATION_H

#include <check.h>

#include "base/clk.h"
#include "endpoint/endpoint.h"

extern char dir[64];    /* of dir_make() */
extern struct clk real; /* since dir_make() */

/* Make `dir`, a new folder below /tmp, and start `real`; or remove `dir`. */
void dir_make(void);
void dir_remove(void);

#define OK(rc, e) ck_assert_msg((rc) == 0, "%s", (e).text)

/* Open an endpoint called "it" in `dir`. settings: the settings struct of the
 * kind. The caller closes. */
struct endpoint *station_open(const char *kind, const void *settings,
                              bool existing);

/* Records as one text, "<offset>:<bytes>|" each, with the place and the kind of
 * time of the last record. */
struct heard {
    char text[4096];
    size_t len;
    struct place last;
    enum record_time time_is;
    int stop_at; /* stop with -ECANCELED at the n-th record; 0: never */
    int records;
};

/* Append a record; ctx: a struct heard. A record_fn. */
int hear_record(void *ctx, const struct record *r);

/* Read the whole endpoint with one thread, for up to 60 s. Returns as the
 * endpoint's read() does. */
int station_each(struct endpoint *e, record_fn each, void *ctx,
                 struct err *err);
int station_read(struct endpoint *e, struct heard *h, struct err *err);

struct endpoint_counts station_counts(struct endpoint *e);

#endif

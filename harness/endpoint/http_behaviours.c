/* http_behaviours.c - how an http endpoint can misbehave: the arguments of each
 * row. The rows of the same names in standins/http/http_strikes.c do the deed.
 */
#include <errno.h>

#include "base/attr.h"
#include "base/units.h"
#include "endpoint/http_endpoint.h"

/* ---- requests to strike: begins the struct of a row with a share --------- */

struct drawn {
    int64_t share, seed;
    const char *containing;
};

#define DRAWN_ARGS                                                             \
    {.name = "share",                                                          \
     .type = ARG_SHARE,                                                        \
     .at = offsetof(struct drawn, share),                                      \
     .max = PPM,                                                               \
     .dflt = "100%",                                                           \
     .help = "share of the requests to strike, drawn by the seed"},            \
        {.name = "seed",                                                       \
         .type = ARG_INT,                                                      \
         .at = offsetof(struct drawn, seed),                                   \
         .dflt = "0",                                                          \
         .help = "number that draws the share"},                               \
    {                                                                          \
        .name = "containing", .type = ARG_STRING,                              \
        .at = offsetof(struct drawn, containing), .max = 127, .dflt = "",      \
        .help = "strike only requests with this text in the body"              \
    }

static const char *const whens[] = {"before", "after", NULL};

/* ---- answer -------------------------------------------------------------- */

struct answer {
    struct drawn drawn;
    int64_t status, retry_after_us, delay_us;
};

static const struct arg answer_args[] = {
    DRAWN_ARGS,
    {.name = "status",
     .type = ARG_INT,
     .at = offsetof(struct answer, status),
     .min = 200,
     .max = 599,
     .dflt = "503",
     .help = "HTTP status of the answer; the record is taken with 2xx alone"},
    {.name = "retry-after",
     .type = ARG_DURATION,
     .at = offsetof(struct answer, retry_after_us),
     .dflt = "",
     .help = "Retry-After header of such an answer, in whole seconds; left out "
             "or 0s: none"},
    {.name = "delay",
     .type = ARG_DURATION,
     .at = offsetof(struct answer, delay_us),
     .dflt = "",
     .help = "before each answer, also before good ones"},
};

static int answer_refuse(const void *args, struct err *err)
{
    const struct answer *a = args;

    if (a->drawn.share > 0 || a->delay_us > 0)
        return 0;
    return err_set(err, -EINVAL,
                   "neither a share of the answers nor a delay: nothing would "
                   "change");
}

/* ---- reset, hang --------------------------------------------------------- */

struct unanswered {
    struct drawn drawn;
    int64_t when;
};

static const struct arg reset_args[] = {
    DRAWN_ARGS,
    {.name = "when",
     .type = ARG_WORD,
     .at = offsetof(struct unanswered, when),
     .dflt = "before",
     .words = whens,
     .help = "hang or reset before the record is taken, or after"},
};

static const struct arg hang_args[] = {
    DRAWN_ARGS,
    {.name = "when",
     .type = ARG_WORD,
     .at = offsetof(struct unanswered, when),
     .dflt = "after",
     .words = whens,
     .help = "hang or reset before the record is taken, or after"},
};

static int share_refuse(const void *args, struct err *err)
{
    const struct drawn *d = args;

    return d->share > 0
               ? 0
               : err_set(err, -EINVAL, "a share of 0%%: nothing would change");
}

/* ---- down ---------------------------------------------------------------- */

struct down {
    int64_t connections;
};

static const char *const connections[] = {"cut", "kept", NULL};

static const struct arg down_args[] = {
    {.name = "connections",
     .type = ARG_WORD,
     .at = offsetof(struct down, connections),
     .dflt = "cut",
     .words = connections,
     .help = "cut: close open connections; kept: leave open connections alone"},
};

/* ---- the rows ------------------------------------------------------------ */

const struct behaviour http_behaviours[] = {
    {.name = "answer",
     .help = "answer a share of the requests with another status, or late",
     .counts = "requests",
     .args = answer_args,
     .args_len = ARRAY_LEN(answer_args),
     .size = sizeof(struct answer),
     .refuse = answer_refuse},
    {.name = "down",
     .help = "refuse connections, and keep the port",
     .counts = "trial connections refused",
     .args = down_args,
     .args_len = ARRAY_LEN(down_args),
     .size = sizeof(struct down)},
    {.name = "hang",
     .help = "answer a share of the requests only when the behaviour ends",
     .counts = "requests",
     .args = hang_args,
     .args_len = ARRAY_LEN(hang_args),
     .size = sizeof(struct unanswered),
     .refuse = share_refuse},
    {.name = "reset",
     .help = "reset the connection in place of an answer",
     .counts = "requests",
     .args = reset_args,
     .args_len = ARRAY_LEN(reset_args),
     .size = sizeof(struct unanswered),
     .refuse = share_refuse},
    {.name = "revoke",
     .help = "accept no credential: answer 401",
     .counts = "requests"},
    {.name = NULL},
};

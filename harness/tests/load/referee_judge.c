/* referee_judge.c - judges a hop between stations written by another program,
 * by the code of a run, for tests/referee.
 *
 *   referee_judge --ledger FILE --down STATION [--up STATION] [--dead STATION]
 *                 --stream N... [--loaded] [--drained] [--raw]
 *                 [--bootstrap HOSTS]
 *
 * A station is file:PATH or topic:NAME. Prints the counts as a line of JSON.
 * Exit status: 0; 1 with a sentence if the ledger or a station cannot be read;
 * 64 wrong usage. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "endpoint/endpoint.h"
#include "ledger/ledger.h"

enum { STREAMS_MAX = 16, READ_US = 20 * US_PER_S };

struct options {
    const char *ledger, *up, *down, *dead;
    uint32_t streams[STREAMS_MAX];
    size_t streams_len;
    struct kafka_access access;
    bool loaded, drained, raw;
};

static bool take(struct options *o, int c)
{
    switch (c) {
    case 'l':
        o->ledger = optarg;
        return true;
    case 'u':
        o->up = optarg;
        return true;
    case 'd':
        o->down = optarg;
        return true;
    case 'x':
        o->dead = optarg;
        return true;
    case 's':
        if (o->streams_len == STREAMS_MAX)
            return false;
        o->streams[o->streams_len++] = (uint32_t)strtoul(optarg, NULL, 10);
        return true;
    case 'b':
        o->access.bootstrap = optarg;
        return true;
    case 'L':
        o->loaded = true;
        return true;
    case 'D':
        o->drained = true;
        return true;
    case 'R':
        o->raw = true;
        return true;
    }
    return false;
}

static bool read_options(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"ledger", required_argument, NULL, 'l'},
        {"up", required_argument, NULL, 'u'},
        {"down", required_argument, NULL, 'd'},
        {"dead", required_argument, NULL, 'x'},
        {"stream", required_argument, NULL, 's'},
        {"bootstrap", required_argument, NULL, 'b'},
        {"loaded", no_argument, NULL, 'L'},
        {"drained", no_argument, NULL, 'D'},
        {"raw", no_argument, NULL, 'R'},
        {0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!take(o, c))
            return false;
    return optind == argc && o->ledger && o->down && o->streams_len > 0;
}

/* Stations tally only the streams of the hop. A stream missing from the ledger
 * has payload length 0. */
static void spec_of(const struct options *o, const struct ledger_view *ledger,
                    struct tally_stream_spec *streams, struct tally_spec *ret)
{
    *ret = (struct tally_spec){.run = ledger->run, .streams = streams};
    for (size_t i = 0; i < o->streams_len; i++) {
        const struct ledger_view_stream *s =
            ledger_stream(ledger, o->streams[i]);

        streams[ret->streams_len++] = (struct tally_stream_spec){
            .stream = o->streams[i],
            .payload_len = s ? s->decl.payload_len : 0,
            .keys = s ? s->decl.keys : 0,
        };
    }
}

/* Tallies a station. Without a station, *ret stays NULL. */
static int tally_of(const struct options *o, char *station,
                    const struct tally_spec *spec, struct tally **ret,
                    struct err *err)
{
    struct clk clk = clk_real();
    char *name = station ? strchr(station, ':') : NULL;
    char *slash = name ? strrchr(name, '/') : NULL;
    const struct endpoint_ops *ops;
    const char *setting; /* file and topic have one setting each: the name */
    struct endpoint_env env = {.name = "station",
                               .settings = &setting,
                               .kafka = &o->access,
                               .clk = &clk};
    struct endpoint *e;
    int rc;

    if (!station)
        return 0;
    if (!name)
        return err_set(err, -EINVAL, "%s: not file:PATH or topic:NAME",
                       station);
    *name++ = 0;
    ops = endpoint_find(station);
    if (!ops || ops->settings_size != sizeof(setting))
        return err_set(err, -EINVAL, "%s: neither file nor topic", station);
    if (slash)
        *slash = 0;
    setting = slash ? slash + 1 : name;
    env.work_dir = slash ? name : ".";
    rc = ops->open(&env, true, &e, err);
    if (rc < 0)
        return rc;
    rc = endpoint_tally(e, o->raw, spec, READ_US, ret, NULL, err);
    ops->close(e);
    return rc;
}

static json_t *balance_of(const struct balance *b)
{
    struct balance_row rows[BALANCE_ROWS];
    json_t *o = json_object();

    balance_rows(b, rows);
    for (size_t i = 0; i < BALANCE_ROWS; i++)
        json_object_set_new(o, rows[i].name,
                            json_integer((json_int_t)rows[i].n));
    return o;
}

/* [[kind, stream, first, count], ...] of the runs listed. `first` is a
 * sequence, but not of records without an identity (foreign or cut). */
static json_t *worst_of(const struct findings *f)
{
    json_t *all = json_array();

    for (size_t i = 0; i < f->worst_len; i++)
        json_array_append_new(
            all, json_pack("[s,I,I,I]", finding_kind_name(f->worst[i].kind),
                           (json_int_t)f->worst[i].stream,
                           (json_int_t)f->worst[i].first,
                           (json_int_t)f->worst[i].count));
    return all;
}

static void tell(const struct hop_result *r, const struct tally *down)
{
    struct tally_counts c = tally_counts(down);
    AUTO_JSON json_t *all = json_pack(
        "{s:b, s:I, s:I, s:o, s:o, s:o}", "closes", hop_balance_closes(r),
        "unjudged", (json_int_t)r->unjudged, "unordered",
        (json_int_t)r->unordered, "balance", balance_of(&r->balance), "station",
        json_pack("{s:I, s:I, s:I}", "distinct", (json_int_t)c.distinct,
                  "corrupt", (json_int_t)c.corrupt, "foreign",
                  (json_int_t)c.foreign),
        "worst", worst_of(&r->findings));
    json_t *records = json_object(), *streams = json_object();

    for (int k = 0; k < FINDING_KINDS; k++)
        json_object_set_new(records, finding_kind_name((enum finding_kind)k),
                            json_integer((json_int_t)r->findings.records[k]));
    for (size_t i = 0; i < r->streams_len; i++) {
        char number[16];

        (void)snprintf(number, sizeof(number), "%u", r->streams[i].stream);
        json_object_set_new(streams, number, balance_of(&r->streams[i].sum));
    }
    json_object_set_new(all, "findings", records);
    json_object_set_new(all, "streams", streams);
    (void)json_dumpf(all, stdout, JSON_COMPACT | JSON_SORT_KEYS);
    (void)putchar('\n');
}

static int judge(const struct options *o, char *up, char *down, char *dead)
{
    struct ledger_view ledger = {0};
    struct tally_stream_spec streams[STREAMS_MAX];
    struct tally_spec spec;
    struct tally *at[3] = {NULL};
    struct hop_result result;
    struct err err = {0};

    if (ledger_read(o->ledger, &ledger, &err) == 0) {
        spec_of(o, &ledger, streams, &spec);
        if (tally_of(o, up, &spec, &at[0], &err) == 0 &&
            tally_of(o, down, &spec, &at[1], &err) == 0 &&
            tally_of(o, dead, &spec, &at[2], &err) == 0) {
            hop_judge(&(struct hop_spec){.ledger = &ledger,
                                         .up = at[0],
                                         .down = at[1],
                                         .dead = at[2],
                                         .down_is_loaded = o->loaded,
                                         .streams = o->streams,
                                         .streams_len = o->streams_len,
                                         .down_private = true,
                                         .drained = o->drained,
                                         .sees_uncommitted = o->raw,
                                         .worst_per_kind = 1000},
                      &result);
            tell(&result, at[1]);
            hop_result_done(&result);
        }
        ledger_view_done(&ledger);
    }
    for (size_t i = 0; i < ARRAY_LEN(at); i++)
        tally_free(at[i]);
    if (err.code < 0)
        (void)fprintf(stderr, "referee_judge: %s\n", err.text);
    return err.code < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct options o = {0};
    AUTO_FREE char *up = NULL, *down = NULL, *dead = NULL;

    if (!read_options(argc, argv, &o)) {
        (void)fprintf(stderr, "referee_judge: wrong options, see %s\n",
                      __FILE__);
        return 64;
    }
    up = o.up ? strdup(o.up) : NULL;
    down = strdup(o.down);
    dead = o.dead ? strdup(o.dead) : NULL;
    return judge(&o, up, down, dead);
}

#include "cli/verify_topic.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/seen.h"
#include "client/kafka.h"
#include "oracle/hop.h"

enum locate { BY_OFFSET, BY_KEY, BY_HEADER, BY_JSON };
/* Numbers of a stream begin anywhere; those that come this far before its first
 * one, or behind the highest so far, are none of a row. */
enum { NUMBERS_BEFORE = 1 << 24, NUMBERS_AHEAD = 1 << 28 };
enum { PROPERTIES_MAX = 32, WORST_SHOWN = 10, ID_MAX = 4096 };

struct options {
    const char *bootstrap, *topic, *locator;
    enum locate by;
    const char *what; /* header name or JSON pointer */
    bool whole_topic; /* numbers count on over all partitions */
    bool uncommitted;
    int64_t timeout_us;
    const char *properties[PROPERTIES_MAX];
    size_t properties_len;
};

/* One reader of the topic does all: identities may be anywhere. */
struct reading {
    const struct options *o;
    struct tally *numbers;
    struct seen *opaque;
    uint64_t records, without, far, numbered, opaques, opaque_copies;
    struct row_of_numbers {
        uint64_t origin;    /* what counts as number 0 in `numbers` */
        uint64_t low, high; /* from there: the lowest; the highest + 1, or 0 */
    } * rows;               /* by stream */
    struct offset_walk *walks;
    int partitions;
};

static int read_locator(struct options *o)
{
    if (strcmp(o->locator, "offset") == 0)
        o->by = BY_OFFSET;
    else if (strcmp(o->locator, "key") == 0)
        o->by = BY_KEY;
    else if (strncmp(o->locator, "header:", 7) == 0 && o->locator[7])
        o->by = BY_HEADER;
    else if (strncmp(o->locator, "json:/", 6) == 0)
        o->by = BY_JSON;
    else
        return -EINVAL;
    o->what = strchr(o->locator, ':') ? strchr(o->locator, ':') + 1 : NULL;
    return 0;
}

/* The item that an index of RFC 6901 names: digits, no zero before others. */
static const json_t *item_at(const json_t *array, const char *index)
{
    size_t len = strspn(index, "0123456789");

    if (len == 0 || index[len] || (len > 1 && index[0] == '0'))
        return NULL;
    return json_array_get(array, strtoul(index, NULL, 10));
}

/* RFC 6901 without its escapes of "/" and "~" in names. */
static const json_t *json_at(const json_t *v, const char *pointer)
{
    while (v && *pointer == '/') {
        size_t len = strcspn(++pointer, "/");
        char name[256];

        if (len >= sizeof(name))
            return NULL;
        memcpy(name, pointer, len);
        name[len] = 0;
        v = json_is_array(v) ? item_at(v, name) : json_object_get(v, name);
        pointer += len;
    }
    return v;
}

/* The identity's text in `out`; its length, or -ENOENT. */
static int locate_json(const struct record *r, const char *pointer, char *out)
{
    AUTO_JSON json_t *v = json_loadb(r->value ? r->value : "", r->value_len,
                                     JSON_DECODE_ANY, NULL);
    const json_t *at = json_at(v, pointer);
    int n = -1;

    if (json_is_integer(at))
        n = snprintf(out, ID_MAX, "%" JSON_INTEGER_FORMAT,
                     json_integer_value(at));
    else if (json_is_string(at))
        n = snprintf(out, ID_MAX, "%s", json_string_value(at));
    return n < 0 || n >= ID_MAX ? -ENOENT : n;
}

static int locate(const struct reading *d, const struct record *r, char *out)
{
    const void *at = r->key;
    size_t len = r->key_len;

    if (d->o->by == BY_JSON)
        return locate_json(r, d->o->what, out);
    if (d->o->by == BY_HEADER) {
        const struct record_header *h = record_header(r, d->o->what);

        at = h ? h->value : NULL;
        len = h ? h->len : 0;
    }
    if (!at || len >= ID_MAX)
        return -ENOENT;
    memcpy(out, at, len);
    out[len] = 0;
    return (int)len;
}

static bool is_number(const char *id, int len, uint64_t *ret)
{
    char *end;

    if (len < 1 || len > 14 || id[0] < '0' || id[0] > '9')
        return false; /* 14 digits stay below the 48 bits of a sequence */
    *ret = strtoull(id, &end, 10);
    return end == id + len;
}

static void note_number(struct reading *d, int stream, uint64_t n,
                        const struct place *at)
{
    struct row_of_numbers *r = &d->rows[stream];

    if (r->high == 0)
        r->origin = n > NUMBERS_BEFORE ? n - NUMBERS_BEFORE : 0;
    if (n < r->origin ||
        (r->high > 0 && n - r->origin >= r->high + NUMBERS_AHEAD)) {
        d->far++;
        return;
    }
    n -= r->origin;
    d->numbered++;
    r->low = r->high == 0 || n < r->low ? n : r->low;
    r->high = n + 1 > r->high ? n + 1 : r->high;
    tally_identity(d->numbers, (uint32_t)stream + 1, n, at);
}

static int note(void *ctx, const struct record *r)
{
    struct reading *d = ctx;
    int stream = d->o->whole_topic ? 0 : r->at.partition;
    char id[ID_MAX];
    uint64_t n;
    int len;

    d->records++;
    offset_walk_note(&d->walks[r->at.partition], r->at.offset);
    if (d->o->by == BY_OFFSET)
        return 0;
    len = locate(d, r, id);
    if (len < 0) {
        d->without++;
        return 0;
    }
    if (!is_number(id, len, &n)) {
        d->opaques++;
        d->opaque_copies += !seen_add(d->opaque, id, (size_t)len);
        return 0;
    }
    note_number(d, stream, n, &r->at);
    return 0;
}

static const char *const locator_words = "offset, key, header:NAME, "
                                         "json:/POINTER";

enum {
    OPT_BOOTSTRAP = 256,
    OPT_TOPIC,
    OPT_LOCATOR,
    OPT_PER,
    OPT_UNCOMMITTED,
    OPT_PROPERTY,
    OPT_TIMEOUT
};

static int take_option(struct options *o, int c)
{
    switch (c) {
    case OPT_BOOTSTRAP:
        o->bootstrap = optarg;
        return 0;
    case OPT_TOPIC:
        o->topic = optarg;
        return 0;
    case OPT_LOCATOR:
        o->locator = optarg;
        return read_locator(o);
    case OPT_PER:
        o->whole_topic = strcmp(optarg, "topic") == 0;
        return o->whole_topic || strcmp(optarg, "partition") == 0 ? 0 : -EINVAL;
    case OPT_UNCOMMITTED:
        o->uncommitted = true;
        return 0;
    case OPT_PROPERTY:
        if (!strchr(optarg, '=') || o->properties_len == PROPERTIES_MAX)
            return -EINVAL;
        o->properties[o->properties_len++] = optarg;
        return 0;
    case OPT_TIMEOUT:
        return duration_read(optarg, &o->timeout_us);
    }
    return -EINVAL;
}

static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option table[] = {
        {"bootstrap", required_argument, NULL, OPT_BOOTSTRAP},
        {"topic", required_argument, NULL, OPT_TOPIC},
        {"locator", required_argument, NULL, OPT_LOCATOR},
        {"per", required_argument, NULL, OPT_PER},
        {"uncommitted", no_argument, NULL, OPT_UNCOMMITTED},
        {"property", required_argument, NULL, OPT_PROPERTY},
        {"timeout", required_argument, NULL, OPT_TIMEOUT},
        {0},
    };
    int c;

    *o = (struct options){.locator = "offset",
                          .timeout_us = 600 * (int64_t)US_PER_S};
    optind = 1;
    opterr = 0; /* cli_wrong_option() says it */
    while ((c = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (c == '?' || c == ':')
            return cli_wrong_option(&command_verify, argv, table, c);
        if (take_option(o, c) < 0)
            return cli_complain(EXIT_WRONG_USAGE,
                                "%s: not what the option takes%s%s", optarg,
                                c == OPT_LOCATOR ? ", one of: " : "",
                                c == OPT_LOCATOR ? locator_words : "");
    }
    if (!o->bootstrap || !o->topic || optind < argc)
        return cli_usage(&command_verify);
    return 0;
}

/* What should be there: every number from the lowest to the highest seen. */
static struct ledger_view expectation(const struct reading *d, int streams)
{
    struct ledger_view v = {.closed = true};

    v.streams = calloc((size_t)streams, sizeof(*v.streams));
    if (!v.streams)
        abort();
    for (int i = 0; i < streams; i++) {
        struct ledger_view_stream *s = &v.streams[v.streams_len];

        if (d->rows[i].high == 0)
            continue;
        s->decl.stream = (uint32_t)i + 1;
        s->decl.partition = d->o->whole_topic ? -1 : i;
        s->reserved = s->sent = d->rows[i].high;
        s->runs = calloc(1, sizeof(*s->runs));
        if (!s->runs)
            abort();
        s->runs_len = 1;
        s->runs[0] =
            (struct ledger_run){.first = d->rows[i].low,
                                .count = d->rows[i].high - d->rows[i].low,
                                .offset = -1,
                                .partition = -1};
        s->acknowledged = s->runs[0].count;
        v.streams_len++;
    }
    return v;
}

static void print_worst(const struct reading *d, const struct findings *f,
                        enum finding_kind kind, const char *what)
{
    int shown = 0;

    printf("%-12s %" PRIu64 "%s\n", what, f->records[kind],
           f->records[kind] ? "" : ", as it should be");
    for (size_t i = 0; i < f->worst_len && shown < WORST_SHOWN; i++) {
        const struct finding *w = &f->worst[i];

        if (w->kind != kind)
            continue;
        printf("             %" PRIu64 " from number %" PRIu64 " on", w->count,
               d->rows[w->stream - 1].origin + w->first);
        if (w->down_first.offset >= 0)
            printf(", partition %d offset %" PRId64,
                   (int)w->down_first.partition, w->down_first.offset);
        putchar('\n');
        shown++;
    }
    if ((uint64_t)shown < f->runs[kind])
        printf("             %d of %" PRIu64 " runs shown\n", shown,
               f->runs[kind]);
}

static bool judge_numbers(struct reading *d, int streams)
{
    struct ledger_view v = expectation(d, streams);
    uint32_t *numbers = calloc((size_t)streams, sizeof(*numbers));
    struct hop_spec spec = {
        .ledger = &v, .down = d->numbers, .drained = true, .streams = numbers};
    struct hop_result res = {0};
    bool good;

    if (!numbers)
        abort();
    for (size_t i = 0; i < v.streams_len; i++)
        numbers[spec.streams_len++] = v.streams[i].decl.stream;
    hop_judge(&spec, &res);
    print_worst(d, &res.findings, FINDING_LOST, "gaps");
    print_worst(d, &res.findings, FINDING_DUPLICATE, "duplicates");
    print_worst(d, &res.findings, FINDING_REORDERED, "disorder");
    good = res.findings.records[FINDING_LOST] == 0 &&
           res.findings.records[FINDING_UNSEEN] == 0 &&
           res.findings.records[FINDING_DUPLICATE] == 0 &&
           res.findings.records[FINDING_REORDERED] == 0;
    hop_result_done(&res);
    for (size_t i = 0; i < v.streams_len; i++)
        free(v.streams[i].runs);
    free(v.streams);
    free(numbers);
    return good;
}

static void print_offsets(const struct reading *d)
{
    uint64_t holes = 0, missing = 0;

    for (int p = 0; p < d->partitions; p++) {
        holes += d->walks[p].holes;
        missing += d->walks[p].missing;
    }
    printf("offsets      %d partition%s, %" PRIu64 " absent in %" PRIu64
           " places%s\n",
           d->partitions, d->partitions == 1 ? "" : "s", missing, holes,
           missing ? " (not judged: transaction markers, aborted records and "
                     "compaction take up offsets too)"
                   : "");
}

static int verdict(struct reading *d, int streams)
{
    bool good = true;

    printf("%s: %" PRIu64 " records read\n", d->o->topic, d->records);
    print_offsets(d);
    if (d->o->by != BY_OFFSET && d->without > 0)
        printf("not judged   %" PRIu64 " records have no %s\n", d->without,
               d->o->locator);
    if (d->far > 0)
        printf("not judged   %" PRIu64 " records have numbers far from those "
               "before them\n",
               d->far);
    if (d->numbered > 0)
        good &= judge_numbers(d, streams);
    if (d->opaques > 0) {
        printf("%-12s %" PRIu64 " of %" PRIu64 " records that are not numbers "
               "(gaps among them cannot be judged)\n",
               "duplicates", d->opaque_copies, d->opaques);
        good &= d->opaque_copies == 0;
    }
    if (!good) {
        puts("fail");
        return OUTCOME_FAIL;
    }
    if (d->records == 0 || d->without + d->far > 0 ||
        (d->o->by == BY_OFFSET && d->records > 0)) {
        puts(d->records == 0 ? "inconclusive: the topic is empty"
             : d->without + d->far > 0
                 ? "inconclusive: not every record could be judged"
                 : "inconclusive: offsets alone prove no continuity, name "
                   "a --locator");
        return OUTCOME_INCONCLUSIVE;
    }
    puts("pass");
    return OUTCOME_PASS;
}

static int replay(const struct options *o, const struct kafka_access *access,
                  int partitions)
{
    int streams = o->whole_topic ? 1 : partitions;
    struct tally_stream_spec *s = calloc((size_t)streams, sizeof(*s));
    struct tally_spec spec = {.streams = s, .streams_len = (size_t)streams};
    struct reading d = {.o = o, .opaque = seen_new(), .partitions = partitions};
    void *ctxs[] = {&d};
    struct kafka_read_spec read = {.topic = o->topic,
                                   .read_uncommitted = o->uncommitted,
                                   .readers = 1,
                                   .headers = o->by == BY_HEADER,
                                   .each = note,
                                   .ctxs = ctxs,
                                   .timeout_us = o->timeout_us};
    struct kafka_read_result res = {0};
    struct err err = {0};
    int code;

    d.rows = calloc((size_t)streams, sizeof(*d.rows));
    d.walks = calloc((size_t)partitions, sizeof(*d.walks));
    if (!s || !d.rows || !d.walks)
        abort();
    for (int i = 0; i < streams; i++)
        s[i].stream = (uint32_t)i + 1;
    for (int p = 0; p < partitions; p++)
        d.walks[p] = (struct offset_walk){.first = -1, .next = -1};
    d.numbers = tally_new(&spec);
    code =
        kafka_read_all(access, &read, &res, &err) < 0
            ? cli_complain(OUTCOME_INCONCLUSIVE, "%s: %s", o->topic, err.text)
            : verdict(&d, streams);
    kafka_read_result_done(&res);
    tally_free(d.numbers);
    seen_free(d.opaque);
    free(d.rows);
    free(d.walks);
    free(s);
    return code;
}

int verify_topic(int argc, char **argv)
{
    struct options o;
    struct kafka_access access;
    struct kafka_admin *admin;
    struct err err = {0};
    int partitions = 0;
    int code = read_options(argc, argv, &o);

    if (code != 0)
        return code;
    access = (struct kafka_access){o.bootstrap, o.properties, o.properties_len};
    if (kafka_admin_open(&access, &admin, &err) < 0)
        return cli_complain(EXIT_WRONG_USAGE, "%s", err.text);
    code = kafka_partitions(admin, o.topic, &partitions, 15 * US_PER_S, &err);
    kafka_admin_close(admin);
    if (code < 0)
        return cli_complain(code == -ENOENT ? EXIT_WRONG_USAGE
                                            : OUTCOME_INCONCLUSIVE,
                            "%s", err.text);
    return replay(&o, &access, partitions);
}

/* verify_topic.c - ordeal verify --topic: options, and the verdict in words. */
#include "cli/verify_topic.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/evidence_file.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/secrets.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/run_folder.h"
#include "engine/locator.h"
#include "engine/topic_look.h"
#include "report/report.h"

enum { PROPERTIES_MAX = 32, WORST_SHOWN = 10 };

struct options {
    struct kafka_access access;
    struct topic_ask ask; /* `access` is filled once all options are read */
    const char *out;
    const char *properties[PROPERTIES_MAX];
    size_t properties_len;
};

/* "sasl.password=..." would stand in errors of librdkafka and of brokers. */
static void learn_secret(const char *property)
{
    size_t len = strcspn(property, "=");
    AUTO_FREE char *key = path_of("%.*s", (int)len, property);
    AUTO_FREE char *name = path_of("property.%s", key);

    if (secret_named(key))
        secret_add(name, property + len + 1, strlen(property + len + 1));
}

static int take_locator(const struct option_row *row, void *at,
                        const char *value)
{
    (void)row;
    return locator_read(value, at);
}

static int take_per(const struct option_row *row, void *at, const char *value)
{
    int word, rc = take_word(row, &word, value);

    if (rc == 0)
        *(bool *)at = word == 1;
    return rc;
}

static int take_property(const struct option_row *row, void *at,
                         const char *value)
{
    struct options *o = at;

    (void)row;
    if (!strchr(value, '='))
        return -EINVAL;
    if (o->properties_len == PROPERTIES_MAX)
        return -E2BIG;
    o->properties[o->properties_len++] = value;
    learn_secret(value);
    return 0;
}

static int take_duration(const struct option_row *row, void *at,
                         const char *value)
{
    (void)row;
    return duration_read(value, at);
}

static const char *const per_words[] = {"partition", "topic", NULL};

const struct option_row verify_rows[VERIFY_ROWS] = {
    {.name = "bootstrap",
     .value = "HOSTS",
     .help = "brokers of the cluster, as host:port,host:port",
     .at = offsetof(struct options, access.bootstrap),
     .take = take_text},
    {.name = "topic",
     .value = "NAME",
     .help = "topic to read, from its beginning to its end",
     .at = offsetof(struct options, ask.topic),
     .take = take_text},
    {.name = "locator",
     .value = "WORDS",
     .takes = "offset, key, header:NAME or json:/POINTER",
     .help = "where a record bears its identity: offset (default), key, "
             "header:NAME, json:/POINTER; whole numbers are judged for gaps, "
             "other texts for duplicates",
     .at = offsetof(struct options, ask.locator),
     .take = take_locator},
    {.name = "per",
     .value = "WORD",
     .words = per_words,
     .complete = COMPLETE_WORDS,
     .help = "whether numbers count up in each partition (default) or over "
             "the whole topic",
     .at = offsetof(struct options, ask.whole_topic),
     .take = take_per},
    {.name = "uncommitted",
     .help = "read records of open and aborted transactions too",
     .at = offsetof(struct options, ask.uncommitted),
     .take = take_flag},
    {.name = "property",
     .value = "KEY=VALUE",
     .takes = "KEY=VALUE",
     .help = "property of librdkafka (credentials, TLS); may be repeated",
     .take = take_property},
    {.name = "timeout",
     .value = "DURATION",
     .takes = "a duration such as 10m",
     .help = "limit of the whole replay (default: 600s)",
     .at = offsetof(struct options, ask.timeout_us),
     .take = take_duration},
    {.name = "out",
     .value = "DIR",
     .complete = COMPLETE_FOLDERS,
     .help = "where the folder with run.json and reports goes (default: "
             "reports)",
     .at = offsetof(struct options, out),
     .take = take_text},
};

static int read_options(const struct command *self, int argc, char **argv,
                        struct options *o)
{
    int first, code;

    *o = (struct options){
        .ask = {.locator = {.by = BY_OFFSET, .words = "offset"},
                .timeout_us = 600 * (int64_t)US_PER_S},
        .out = "reports"};
    code = cli_options(self, argc, argv, o, &first);
    if (code == 0 && (!o->access.bootstrap || !o->ask.topic || first < argc))
        code = cli_usage(self);
    o->access.properties = o->properties;
    o->access.properties_len = o->properties_len;
    o->ask.access = &o->access;
    return code;
}

static void print_worst(const struct findings *f, enum finding_kind kind,
                        const char *what)
{
    int shown = 0;

    printf("%-12s %" PRIu64 "%s\n", what, f->records[kind],
           f->records[kind] ? "" : ", as it should be");
    for (size_t i = 0; i < f->worst_len && shown < WORST_SHOWN; i++) {
        const struct finding *w = &f->worst[i];

        if (w->kind != kind)
            continue;
        printf("             %" PRIu64 " from number %" PRIu64 " on", w->count,
               w->first);
        if (w->down_first.offset >= 0)
            printf(", partition %d offset %" PRId64,
                   (int)w->down_first.partition, w->down_first.offset);
        putchar('\n');
        shown++;
    }
    if ((uint64_t)shown < f->runs[kind])
        printf("             %d of %" PRIu64 " stretches shown\n", shown,
               f->runs[kind]);
}

static void print_hops(const struct topic_facts *f,
                       const struct topic_verdict *v)
{
    if (v->numbers.judged) {
        print_worst(&v->numbers.result.findings, FINDING_LOST, "gaps");
        print_worst(&v->numbers.result.findings, FINDING_DUPLICATE,
                    "duplicates");
        print_worst(&v->numbers.result.findings, FINDING_REORDERED, "disorder");
    }
    if (v->texts.judged)
        printf("%-12s %" PRIu64 " of %" PRIu64 " records that are not numbers "
               "(gaps among them cannot be judged)\n",
               "duplicates", f->text_copies, f->texts_len);
}

/* The last line is the outcome, for scripts. */
static void print_verdict(const struct topic_facts *f,
                          const struct topic_verdict *v, const char *dir)
{
    const char *holes = topic_holes_unjudged(f);
    size_t i;
    json_t *said;

    printf("%s: %" PRIu64 " records read\n", f->topic, f->records);
    printf("offsets      %d partition%s, %" PRIu64 " absent in %" PRIu64
           " places%s%s%s\n",
           f->partitions, f->partitions == 1 ? "" : "s", f->missing, f->holes,
           holes ? " (not judged: " : "", holes ? holes : "", holes ? ")" : "");
    json_array_foreach (v->not_judged, i, said)
        printf("not judged   %s\n", json_string_value(said));
    print_hops(f, v);
    if (dir)
        printf("evidence     %s\n", dir);
    printf("%s", outcome_name(v->outcome));
    if (v->outcome == OUTCOME_INCONCLUSIVE)
        printf(": %s", json_string_value(json_array_get(v->reasons, 0)));
    putchar('\n');
}

/* Write the files of a run into a new folder; its path, new. NULL: the folder
 * could not be made, and stderr says why. */
static char *write_evidence(const struct options *o, const struct topic_look *l,
                            const struct topic_verdict *v, int64_t began_us,
                            int64_t took_us)
{
    AUTO_FREE char *tail = path_of("verify-%s", o->ask.topic);
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *id = NULL;
    AUTO_FREE char *path = NULL;
    AUTO_JSON json_t *run = NULL;
    AUTO_JSON json_t *shown = NULL;
    struct err err = {0};

    if (run_folder_make(o->out, began_us, tail, &dir, &id, &err) < 0) {
        cli_complain(0, "the evidence could not be written: %s", err.text);
        return NULL;
    }
    run = topic_evidence(
        l, v, &(struct topic_run){id, dir, began_us, took_us, cli_commit()});
    path = path_of("%s/run.json", dir);
    shown = secrets_shown_json(run);
    if (evidence_put(path, run, &err) < 0 ||
        report_write_all(shown, dir, &err) < 0)
        cli_complain(0, "the evidence could not be written: %s", err.text);
    return TAKE(dir);
}

static int judge(const struct options *o, int partitions)
{
    int64_t began_us = clk_wall_us(), from_us = clk_monotonic_us();
    struct topic_look look;
    struct topic_verdict v = {0};
    AUTO_FREE char *dir = NULL;
    struct err err = {0};
    int code;

    if (topic_look(&o->ask, partitions, &look, &err) < 0) {
        code = cli_complain(OUTCOME_INCONCLUSIVE, "%s: %s", o->ask.topic,
                            err.text);
    } else {
        topic_judge(&look.facts, &v);
        dir = write_evidence(o, &look, &v, began_us,
                             clk_monotonic_us() - from_us);
        print_verdict(&look.facts, &v, dir);
        code = v.outcome;
        topic_verdict_done(&v);
    }
    topic_look_done(&look);
    return code;
}

int verify_topic(const struct command *self, int argc, char **argv)
{
    struct options o;
    struct err err = {0};
    int partitions = 0;
    int code = read_options(self, argc, argv, &o);

    if (code == 0)
        code = run_folder_place(o.out);
    if (code != 0)
        return code;
    code = topic_find(&o.ask, &partitions, &err);
    if (code < 0)
        return cli_complain(code == -ENOENT || code == -EINVAL
                                ? EXIT_WRONG_USAGE
                                : OUTCOME_INCONCLUSIVE,
                            "%s", err.text);
    return judge(&o, partitions);
}

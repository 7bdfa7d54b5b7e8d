/* sections.c - the tables of a scenario's sections, and checks shared by
 * all. */
#include "scenario/sections_own.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/units.h"
#include "scenario/doc.h"

const char *const delivery_words[] = {"at-most-once", "at-least-once",
                                      "exactly-once", NULL};
const char *const ordering_words[] = {"none", "stream", "key", NULL};
const char *const once_by_words[] = {"contents", "deliveries", NULL};
const char *const compression_words[] = {"none", "gzip", "snappy",
                                         "lz4",  "zstd", NULL};
static const char *const format_words[] = {"text", "json", NULL};
static const char *const acks_words[] = {"all", "0", "1", NULL};
/* In the order of enum outcome: 0, 1, 2. */
static const char *const verdict_words[] = {"pass", "fail", "inconclusive",
                                            NULL};

#define AT(type, member) offsetof(struct type, member)
#define HOURS(n)         ((n)*INT64_C(3600000000))

enum {
    SIZE_MIN = 40, /* room for a stamp (30 bytes) and some payload */
    SIZE_MAX_B = 1 << 20,
    ENTRIES_MAX = 1000, /* of a section; more is taken for a mistake */
    ROWS_MAX = 100,
};

#define ROOT_JSON(member, json, text)                                          \
    {                                                                          \
        .name = #member, .type = ARG_JSON, .at = AT(root_text, member),        \
        .max = ENTRIES_MAX, .dflt = "", .kind = json, .help = text             \
    }

static const struct arg root_args[] = {
    {.name = "name",
     .type = ARG_STRING,
     .at = AT(root_text, s.name),
     .max = 64,
     .min = 1,
     .help = "names reports and run folders: letters, digits, '.', '_', '-'"},
    {.name = "why",
     .type = ARG_STRING,
     .at = AT(root_text, s.why),
     .dflt = "",
     .help = "what the scenario proves: a sentence for people"},
    ROOT_JSON(guarantee, JSON_OBJECT,
              "what every connector promises; left out: at-least-once"),
    ROOT_JSON(guarantees, JSON_OBJECT,
              "connector -> its own guarantee, over `guarantee`"),
    ROOT_JSON(platform, JSON_OBJECT,
              "what brokers and workers run on; left out: local"),
    ROOT_JSON(topics, JSON_OBJECT, "topic -> how the topic is created"),
    ROOT_JSON(endpoints, JSON_OBJECT,
              "name -> a system outside Kafka, where records begin or end"),
    ROOT_JSON(connectors, JSON_OBJECT,
              "name -> plugin and configuration of a connector"),
    {.name = "load",
     .type = ARG_JSON,
     .at = AT(root_text, load),
     .max = ROWS_MAX,
     .kind = ARG_ANY_JSON,
     .help = "what the harness writes: one load or a list of loads"},
    {.name = "flow",
     .type = ARG_JSON,
     .at = AT(root_text, flow),
     .max = ROWS_MAX,
     .kind = ARG_ANY_JSON,
     .help = "\"station -> connector -> station\": one row or a list of rows"},
    ROOT_JSON(timeline, JSON_ARRAY, "the faults, and when each strikes"),
    ROOT_JSON(expect, JSON_ARRAY,
              "checks beside the guarantee, and relaxed judgements"),
    ROOT_JSON(verdict, JSON_OBJECT, "the outcome to expect; left out: pass"),
    ROOT_JSON(timeouts, JSON_OBJECT, "how long each phase may take"),
    ROOT_JSON(vars, JSON_OBJECT,
              "values for ${name} in the file; --set replaces them"),
    {.name = "warm-up",
     .type = ARG_DURATION,
     .at = AT(root_text, s.warm_up_us),
     .max = HOURS(24),
     .dflt = "0s",
     .help = "how long load runs before the baseline is taken"},
    {.name = "quiet",
     .type = ARG_DURATION,
     .at = AT(root_text, s.quiet_us),
     .max = HOURS(24),
     .dflt = "5s",
     .help = "how long load goes on after every fault is reverted, so that "
             "late losses show"},
    {.name = "duration",
     .type = ARG_DURATION,
     .at = AT(root_text, s.duration_us),
     .max = HOURS(240),
     .dflt = "10s",
     .help = "the timeline lasts at least so long"},
    {.name = "records-min",
     .type = ARG_INT,
     .at = AT(root_text, s.records_min),
     .min = 1,
     .max = INT64_C(1000000000000),
     .dflt = "1000",
     .help = "fewer acknowledged records make the run inconclusive"},
    {.name = "seed",
     .type = ARG_INT,
     .at = AT(root_text, seed),
     .dflt = "",
     .help = "seeds every random choice; left out: drawn, and printed"},
};

static const struct arg guarantee_args[] = {
    {.name = "delivery",
     .type = ARG_WORD,
     .at = AT(guarantee_text, g.delivery),
     .dflt = "at-least-once",
     .words = delivery_words,
     .help = "how often an acknowledged record may arrive"},
    {.name = "ordering",
     .type = ARG_WORD,
     .at = AT(guarantee_text, g.ordering),
     .dflt = "stream",
     .words = ordering_words,
     .help = "records keep their order within a stream, within a key, or not "
             "at all"},
    {.name = "once-by",
     .type = ARG_WORD,
     .at = AT(guarantee_text, g.once_by),
     .dflt = "contents",
     .words = once_by_words,
     .help = "exactly-once of a sink counts what the sink holds, or what was "
             "delivered"},
    {.name = "duplicates",
     .type = ARG_JSON,
     .at = AT(guarantee_text, duplicates),
     .dflt = "",
     .kind = ARG_ANY_JSON,
     .help =
         "most copies that one disturbance may cause, \"2000 per disturbance\" "
         "or 2000; left out: any number within one; needs delivery: "
         "at-least-once"},
};

static const struct arg platform_args[] = {
    {.name = "kind",
     .type = ARG_STRING,
     .at = AT(kind_text, kind),
     .dflt = "",
     .help = "kind of platform; the arguments of the kind stand beside it"},
};

static const struct arg topic_args[] = {
    {.name = "partitions",
     .type = ARG_INT,
     .at = AT(topic, partitions),
     .min = 1,
     .max = 10000,
     .dflt = "1",
     .help = "partitions of the topic"},
    {.name = "replicas",
     .type = ARG_INT,
     .at = AT(topic, replicas),
     .max = 100,
     .dflt = "0",
     .help = "replicas of each partition; 0: as many as there are brokers, at "
             "most 3"},
    {.name = "config",
     .type = ARG_JSON,
     .at = AT(topic, config),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "topic configuration of Kafka"},
};

static const struct arg endpoint_args[] = {
    {.name = "kind",
     .type = ARG_STRING,
     .at = AT(kind_text, kind),
     .help = "kind of system; the arguments of the kind stand beside it"},
};

static const struct arg connector_args[] = {
    {.name = "plugin",
     .type = ARG_STRING,
     .at = AT(connector, plugin),
     .dflt = "",
     .help = "folder, zip or tar.gz (from the scenario's folder; of --plugin, "
             "from the current one), group:artifact:version or a fixture; left "
             "out: the worker has the plugin"},
    {.name = "connect",
     .type = ARG_STRING,
     .at = AT(connector, connect),
     .dflt = "",
     .help = "group of workers that runs the connector, a name of "
             "platform.connect; needed where the platform names groups"},
    {.name = "config",
     .type = ARG_JSON,
     .at = AT(connector, config),
     .kind = JSON_OBJECT,
     .help = "configuration for Connect; needs connector.class"},
};

static const struct arg load_args[] = {
    {.name = "into",
     .type = ARG_STRING,
     .at = AT(load_text, load.into),
     .help = "the topic or endpoint to write to"},
    {.name = "rate",
     .type = ARG_RATE,
     .at = AT(load_text, load.rate),
     .min = 1,
     .max = 10000000,
     .dflt = "1000/s",
     .help = "records a second, over all streams"},
    {.name = "from",
     .type = ARG_DURATION,
     .at = AT(load_text, load.from_us),
     .max = HOURS(24),
     .dflt = "0s",
     .help = "time from the start of the load phase to the first record; the "
             "timeline lasts until every load has begun"},
    {.name = "records",
     .type = ARG_INT,
     .at = AT(load_text, load.records),
     .max = INT64_C(1000000000000),
     .dflt = "0",
     .help = "number of records, over all streams, after which the load ends; "
             "the quiet phase lasts until they are written. 0: the load ends "
             "with the quiet phase"},
    {.name = "size",
     .type = ARG_SIZE,
     .at = AT(load_text, load.size),
     .min = SIZE_MIN,
     .max = SIZE_MAX_B,
     .dflt = "200B",
     .help = "bytes of a value"},
    {.name = "keys",
     .type = ARG_INT,
     .at = AT(load_text, load.keys),
     .max = 100000000,
     .dflt = "0",
     .help = "distinct keys of each stream; 0: records without a key"},
    {.name = "partitions",
     .type = ARG_INT,
     .at = AT(load_text, load.partitions),
     .max = 10000,
     .dflt = "0",
     .help = "number of streams; 0: one for each partition of the topic"},
    {.name = "format",
     .type = ARG_WORD,
     .at = AT(load_text, load.format),
     .dflt = "text",
     .words = format_words,
     .help = "form of a value"},
    {.name = "schema-change",
     .type = ARG_INT,
     .at = AT(load_text, load.schema_change),
     .max = INT64_C(1) << 40,
     .dflt = "0",
     .help = "records of a stream from this number on have one more field, "
             "\"currency\":\"EUR\"; 0: no such field; needs format: json"},
    {.name = "acks",
     .type = ARG_WORD,
     .at = AT(load_text, acks),
     .dflt = "all",
     .words = acks_words,
     .help = "acknowledgements that the producer waits for; 0 and 1 need "
             "idempotence: false"},
    {.name = "idempotence",
     .type = ARG_BOOL,
     .at = AT(load_text, load.idempotence),
     .dflt = "true",
     .help = "retries of the producer make no copies; needs acks: all"},
    {.name = "compression",
     .type = ARG_WORD,
     .at = AT(load_text, compression),
     .dflt = "none",
     .words = compression_words,
     .help = "compression of record batches"},
    {.name = "transaction",
     .type = ARG_INT,
     .at = AT(load_text, load.transaction),
     .max = 1000000,
     .dflt = "0",
     .help = "records in one transaction; 0: no transactions"},
    {.name = "abort-share",
     .type = ARG_SHARE,
     .at = AT(load_text, load.abort_share),
     .max = PPM,
     .dflt = "0%",
     .help = "share of transactions that are aborted"},
    {.name = "timeout",
     .type = ARG_DURATION,
     .at = AT(load_text, load.timeout_us),
     .min = 1000000,
     .max = HOURS(1),
     .dflt = "120s",
     .help = "after so long without an answer the fate of a record is "
             "indeterminate"},
};

static const struct arg step_args[] = {
    {.name = "at",
     .type = ARG_DURATION,
     .at = AT(step_text, step.at_us),
     .max = HOURS(240),
     .dflt = "",
     .help = "time since the timeline began"},
    {.name = "after",
     .type = ARG_STRING,
     .at = AT(step_text, step.after),
     .dflt = "",
     .help = "\"10000 delivered\", \"10000 acknowledged\", or \"LABEL landed\" "
             "(noticed, mended, recovered)"},
    {.name = "fault",
     .type = ARG_STRING,
     .at = AT(step_text, step.fault),
     .help = "kind of fault: `ordeal list faults`"},
    {.name = "with",
     .type = ARG_JSON,
     .at = AT(step_text, step.with),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "arguments of the fault"},
    {.name = "for",
     .type = ARG_DURATION,
     .at = AT(step_text, step.for_us),
     .min = 1,
     .max = HOURS(240),
     .dflt = "",
     .help = "time until the fault is reverted; left out: when the timeline "
             "ends. Needed by kinds that pause a process; refused by kinds "
             "that end by themselves or cannot be undone"},
    {.name = "label",
     .type = ARG_STRING,
     .at = AT(step_text, step.label),
     .dflt = "",
     .help = "name of the step, for `after` of a later step"},
};

static const struct arg relax_args[] = {
    {.name = "relax",
     .type = ARG_STRING,
     .at = AT(relax_text, kind),
     .help = "judgement that must not fail the run"},
    {.name = "reason",
     .type = ARG_STRING,
     .at = AT(relax_text, reason),
     .help = "why; goes into the evidence"},
};

static const struct arg verdict_args[] = {
    {.name = "is",
     .type = ARG_WORD,
     .at = AT(expected, is),
     .words = verdict_words,
     .help = "the outcome to expect"},
    {.name = "findings",
     .type = ARG_JSON,
     .at = AT(expected, findings),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "finding -> all, some or a number of records; exactly these "
             "findings, no others"},
};

#define TIMEOUT(word, member, value, text)                                     \
    {                                                                          \
        .name = word, .type = ARG_DURATION, .at = AT(timeouts, member),        \
        .min = 100000, .max = HOURS(240), .dflt = value, .help = text          \
    }

static const struct arg timeouts_args[] = {
    TIMEOUT("node-up", node_up_us, "60s", "until a broker or worker answers"),
    TIMEOUT("connector-running", connector_running_us, "60s",
            "until a connector and its tasks are RUNNING"),
    TIMEOUT("steady", steady_us, "60s",
            "until three windows lie within 30 % and 70 % of the sent records "
            "arrive"),
    TIMEOUT("fault-lands", fault_lands_us, "30s",
            "until a fault is proven at its target"),
    TIMEOUT("revert", revert_us, "60s", "until a revert is proven"),
    TIMEOUT("recover", recover_us, "120s",
            "until rate and lag are back after a fault"),
    TIMEOUT("drain", drain_us, "180s", "until every station has caught up"),
    TIMEOUT("replay", replay_us, "600s", "for reading one station back"),
    TIMEOUT("run", run_us, "15m", "for the whole run"),
    TIMEOUT("stall", stall_us, "30s",
            "backlog without progress for so long is a stall"),
};

#define SECTION(id, title, text, table)                                        \
    [id] = {.name = title,                                                     \
            .help = text,                                                      \
            .args = table,                                                     \
            .args_len = ARRAY_LEN(table)}

static const struct section sections[SECTIONS] = {
    SECTION(SECTION_ROOT, "", "a scenario file", root_args),
    SECTION(SECTION_GUARANTEE, "guarantee",
            "what a connector promises; also under guarantees.CONNECTOR",
            guarantee_args),
    SECTION(SECTION_PLATFORM, "platform", "brokers and workers", platform_args),
    SECTION(SECTION_TOPIC, "topics.*", "a topic", topic_args),
    SECTION(SECTION_ENDPOINT, "endpoints.*", "a system outside Kafka",
            endpoint_args),
    SECTION(SECTION_CONNECTOR, "connectors.*", "a connector", connector_args),
    SECTION(SECTION_LOAD, "load", "what the harness writes", load_args),
    SECTION(SECTION_STEP, "timeline[]", "a step: one fault", step_args),
    SECTION(SECTION_RELAX, "expect[]",
            "a relaxed judgement; a check is {CHECK: {...}}", relax_args),
    SECTION(SECTION_VERDICT, "verdict", "the outcome to expect", verdict_args),
    SECTION(SECTION_TIMEOUTS, "timeouts", "how long each phase may take",
            timeouts_args),
};

const struct section *scenario_sections(size_t *ret_len)
{
    *ret_len = SECTIONS;
    return sections;
}

const struct section *section_of(enum section_id id)
{
    return &sections[id];
}

/* Behind `fault`, where a reader looks for them. */
size_t step_args_with(const char *const *targets, struct arg out[STEP_ARGS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(step_args); i++) {
        out[n++] = step_args[i];
        if (strcmp(step_args[i].name, "fault") != 0)
            continue;
        for (size_t k = 0; targets[k]; k++) {
            assert(k < STEP_TARGETS_MAX);
            out[n++] = (struct arg){.name = targets[k],
                                    .type = ARG_STRING,
                                    .at = AT(step_text, targets[k]),
                                    .dflt = "",
                                    .help = "target of the fault"};
        }
    }
    assert(n <= STEP_ARGS_MAX);
    return n;
}

size_t section_read(enum section_id id, const json_t *object, struct doc *d,
                    const char *path, void *out)
{
    return args_read(sections[id].args, sections[id].args_len, object, d, path,
                     out);
}

const json_t *without_kind(struct doc *d, const json_t *object)
{
    json_t *rest = json_copy((json_t *)object);

    if (rest)
        (void)json_object_del(rest, "kind");
    return doc_keep(d, rest);
}

bool name_check(struct doc *d, const char *path, const char *name,
                const char *extra, size_t max, bool is_key)
{
    size_t len = strlen(name);
    bool ok = len > 0 && len <= max && isalnum((unsigned char)name[0]);
    AUTO_FREE char *what = NULL;

    for (const char *c = name; *c && ok; c++)
        ok = isalnum((unsigned char)*c) || strchr(extra, *c);
    if (ok)
        return true;
    what = path_of("\"%.60s\" is no name: letters, digits and any of \"%s\", "
                   "at most %zu bytes, a letter or digit first",
                   name, extra, max);
    if (is_key)
        doc_complain_key(d, path, "%s", what);
    else
        doc_complain(d, path, "%s", what);
    return false;
}

void *array_of(size_t n, size_t size)
{
    return n > 0 ? must_calloc(n, size) : NULL;
}

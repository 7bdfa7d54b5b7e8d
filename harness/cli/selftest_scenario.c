/* selftest_scenario.c - writes a trial as a scenario file. */
#include <inttypes.h>

#include "cli/selftest.h"

enum { SEEDS = 1 << 30 }; /* bound of seeds that a worker accepts */

static void print_flow(const struct selftest_trial *t,
                       const struct selftest_disturbance *d, FILE *out)
{
    fprintf(out,
            "guarantee: {delivery: at-least-once, ordering: %s, "
            "duplicates: 2000 per disturbance}\n"
            "platform: {kind: embedded, brokers: %d, workers: 2}\n"
            "topics:\n"
            "  orders: {partitions: %d, replicas: %d}\n",
            t->ordering ? t->ordering : "stream", d->brokers, t->partitions,
            d->brokers);
    if (t->elsewhere)
        fprintf(out, "  others: {partitions: 1, replicas: %d}\n", d->brokers);
    fprintf(out,
            "endpoints:\n"
            "  shop: {kind: http%s%s}\n",
            t->credential ? ", credential: true" : "",
            t->rows ? ", keyed: true" : "");
    if (t->elsewhere)
        fprintf(out, "  depot: {kind: http, port: 8090}\n");
}

static void print_defect(const struct selftest_trial *t, uint64_t seed,
                         const char *log, FILE *out)
{
    if (!t->defect)
        return;
    fprintf(out,
            "      ordeal.defect: %s\n"
            "      ordeal.defect.every: \"%d\"\n"
            "      ordeal.defect.seed: \"%" PRIu64 "\"\n"
            "      ordeal.defect.log: \"%s\"\n",
            t->defect, t->every, 1 + seed % SEEDS, log);
    if (t->elsewhere)
        fprintf(out, "      ordeal.defect.to: \"${depot.url}\"\n");
}

static void print_connectors(const struct selftest_trial *t, uint64_t seed,
                             const char *log, FILE *out)
{
    fprintf(out,
            "connectors:\n"
            "  orders-to-shop:\n"
            "    config:\n"
            "      connector.class: ordeal.HttpSink\n"
            "      topics: orders\n"
            "      tasks.max: \"%d\"\n"
            "      http.url: \"${shop.url}\"\n"
            "      http.retry.ms: \"100\"\n",
            t->tasks);
    if (t->credential)
        fprintf(out, "      http.authorization.file: "
                     "\"${shop.credential-file}\"\n");
    if (t->dead_letters)
        fprintf(out, "      errors.tolerance: all\n"
                     "      errors.deadletterqueue.topic.name: refused\n"
                     "      errors.deadletterqueue.topic.replication.factor: "
                     "\"1\"\n");
    print_defect(t, seed, log, out);
    if (t->elsewhere)
        fprintf(out, "  others-to-depot:\n"
                     "    config:\n"
                     "      connector.class: ordeal.HttpSink\n"
                     "      topics: others\n"
                     "      http.url: \"${depot.url}\"\n");
}

static void print_load(const struct selftest_trial *t, FILE *out)
{
    if (t->elsewhere)
        fprintf(out, "load:\n"
                     "  - {into: orders, rate: 300/s, size: 200B}\n"
                     "  - {into: others, rate: 100/s, size: 200B}\n"
                     "flow:\n"
                     "  - orders -> orders-to-shop -> shop\n"
                     "  - others -> others-to-depot -> depot\n");
    else
        fprintf(out,
                "load: {into: orders, rate: 300/s, size: 200B, keys: %d}\n"
                "flow: orders -> orders-to-shop -> shop\n",
                t->keys);
}

void selftest_scenario(const struct selftest_trial *t,
                       const struct selftest_disturbance *d, uint64_t seed,
                       const char *log, FILE *out)
{
    fprintf(out, "name: %s-%s\n", t->defect ? t->defect : "clean", d->name);
    print_flow(t, d, out);
    print_connectors(t, seed, log, out);
    print_load(t, out);
    if (d->steps[0])
        fprintf(out, "timeline:\n%s", d->steps);
    fprintf(out, "expect:\n  - balance:\n");
    if (t->check)
        fprintf(out, "  - %s\n", t->check);
    fprintf(out,
            "quiet: 1s\n"
            "duration: 1s\n"
            "timeouts: {stall: 3s, steady: 8s, recover: 8s, drain: 30s}\n"
            "seed: %" PRIu64 "\n",
            seed);
}

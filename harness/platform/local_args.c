/* local_args.c - the keys of the platform `local`, and the groups of workers
 * they ask for. */
#include <stddef.h>
#include <string.h>

#include "platform/local_own.h"

const struct arg local_args[LOCAL_ARGS] = {
    {.name = "kafka",
     .type = ARG_STRING,
     .at = offsetof(struct local_settings, kafka),
     .dflt = "4.3.1",
     .help = "version of brokers and workers; ignored with KAFKA_HOME"},
    {.name = "brokers",
     .type = ARG_INT,
     .at = offsetof(struct local_settings, brokers),
     .min = 1,
     .max = BROKERS_MAX,
     .dflt = "3",
     .help = "brokers, each a controller as well"},
    {.name = "workers",
     .type = ARG_INT,
     .at = offsetof(struct local_settings, workers),
     .min = 0,
     .max = WORKERS_MAX,
     .dflt = "2",
     .help = "distributed Connect workers of each group"},
    GROUPS_ARG(offsetof(struct local_settings, connect), GROUP_ARGS),
    {.name = "broker-heap",
     .type = ARG_SIZE,
     .at = offsetof(struct local_settings, broker_heap),
     .min = INT64_C(128) << 20,
     .max = INT64_C(32) << 30,
     .dflt = "384MiB",
     .help = "largest Java heap of a broker"},
    {.name = "worker-heap",
     .type = ARG_SIZE,
     .at = offsetof(struct local_settings, worker_heap),
     .min = WORKER_HEAP_LEAST,
     .max = WORKER_HEAP_MOST,
     .dflt = "512MiB",
     .help = "largest Java heap of a worker"},
    {.name = "broker-properties",
     .type = ARG_JSON,
     .at = offsetof(struct local_settings, broker_properties),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "broker properties, each in place of the harness's own value"},
    {.name = "worker-properties",
     .type = ARG_JSON,
     .at = offsetof(struct local_settings, worker_properties),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "worker properties, each in place of the harness's own value"},
    {.name = "java-options",
     .type = ARG_STRING,
     .at = offsetof(struct local_settings, java_options),
     .dflt = "",
     .help = "more options for every Java, separated by blanks"},
};

void local_groups(const struct local_settings *s, struct groups *ret)
{
    const struct arg *connect = local_args;
    const struct group all = {
        .name = "", .workers = s->workers, .heap = s->worker_heap};

    while (strcmp(connect->name, "connect") != 0)
        connect++;
    groups_read(connect, s->connect, &all, ret);
}

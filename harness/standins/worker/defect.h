/* defect.h - what a worker does wrong because it was told to.
 *
 * A defect is a sink around the connector's own (connector.h). The connector's
 * configuration switches it on: ordeal.defect is its name, ordeal.defect.every
 * how rarely it strikes, ordeal.defect.seed which records (0: they are
 * counted; else drawn by what they are, so that one that comes again meets the
 * same fate), ordeal.defect.log where it writes down what it did, and
 * ordeal.defect.to where misroute sends.
 *
 * The log has a JSON object a line, {kind, topic, partition, offset, note,
 * wall_us}, each there before it was acted upon. Workers may share it.
 */
#ifndef STANDINS_WORKER_DEFECT_H
#define STANDINS_WORKER_DEFECT_H

#include "standins/worker/connector.h"

struct defect_settings {
    const char *name; /* NULL: none */
    const char *log, *to;
    int64_t every, seed;
};

/* Strings are config's. -EINVAL: names the key; also a defect that does not
 * exist, that lacks what it needs, or of a source. */
MUST_USE int defect_settings_read(const json_t *config,
                                  const struct connector_kind *of,
                                  struct defect_settings *ret, struct err *err);

/* As of->sink->open(), with the defect that `config` asks for around it. All
 * of it is borrowed for the sink's life. */
MUST_USE int defect_open(const struct connector_kind *of, const json_t *config,
                         const struct connector_spec *spec,
                         const struct sink_host *host, struct sink **ret,
                         struct err *err);

#endif

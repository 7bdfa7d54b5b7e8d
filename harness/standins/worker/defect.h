/* defect.h - deliberate faults of a sink connector, for testing the oracle.
 *
 * A defect is a sink wrapped around the connector's sink (connector.h),
 * switched on by properties of the connector:
 *   ordeal.defect        name of the defect
 *   ordeal.defect.every  n: strikes about one record in n, or at the n-th
 *   ordeal.defect.seed   0: every n-th record is struck. Else records are drawn
 *                        by topic, partition and offset, so that a record that
 *                        comes again meets the same fate
 *   ordeal.defect.log    file to log each strike to
 *   ordeal.defect.to     destination of misroute
 *
 * The log has a JSON object per line, {kind, topic, partition, offset, note,
 * wall_us}. Each line is written before the defect acts. Workers may share the
 * file.
 */
#ifndef STANDINS_WORKER_DEFECT_H
#define STANDINS_WORKER_DEFECT_H

#include "standins/worker/connector.h"

struct defect_settings {
    const char *name; /* NULL: none */
    const char *log, *to;
    int64_t every, seed;
};

/* Read and check; strings are borrowed from `config`. -EINVAL: the error names
 * the key. Also for an unknown defect, a missing property, or a defect of a
 * source. */
MUST_USE int defect_settings_read(const json_t *config,
                                  const struct connector_kind *of,
                                  struct defect_settings *ret, struct err *err);

/* Like of->sink->open(), with the defect named in `config` around the sink, if
 * any. All arguments are borrowed for the life of the sink. */
MUST_USE int defect_open(const struct connector_kind *of, const json_t *config,
                         const struct connector_spec *spec,
                         const struct sink_host *host, struct sink **ret,
                         struct err *err);

#endif

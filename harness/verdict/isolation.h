/* isolation.h - whether a run has left the nodes as the run found them, so that
 * the next scenario of a suite may use the nodes. Pure.
 */
#ifndef VERDICT_ISOLATION_H
#define VERDICT_ISOLATION_H

#include <jansson.h>

/* Judge a look at the nodes, taken after the run's own topics, groups and
 * connectors were deleted. `look` is an object; a missing member was not looked
 * at and is no finding:
 *
 *   topics      [name], all topics of the cluster
 *   groups      [{name, protocol, members}]
 *   connectors  [name]
 *   offsets     [{connector, partition}], source offsets not deleted
 *   configs     {broker id: {name: value}}, set while the brokers ran
 *   configs_before  the same when the run began
 *   acls        [sentence]
 *   clients     [sentence], connections to brokers of nobody known
 *   nodes       [sentence], nodes that are not as at the beginning
 *   faults      [sentence], faults that may still be in force
 *   late        [sentence], records of an earlier run that reached a station
 *   unknown     [sentence], questions without an answer
 *   ours        {topics: [name], groups: [name]}, used by the workers
 *
 * The topics that brokers make for themselves are not left behind. Returns the
 * findings,
 * [{"kind": "topic", "text": "topic extra is left"}], new; an empty array: as
 * found. */
json_t *isolation_findings(const json_t *look);

/* Add to `ours` ({topics, groups} as above) the names of `earlier`, the same of
 * all earlier runs on the nodes: workers that have ended leave topics and
 * groups behind, and no later run is to blame. NULL: there was no earlier run.
 */
void isolation_add_ours(json_t *ours, const json_t *earlier);

#endif

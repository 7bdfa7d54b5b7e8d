/* record.c - writes keeper.json, the keeper's record of the run:
 *
 *   {"sandboxed": true, "pid": 4711, "start_time": 123456, "further": 2,
 *    "nodes": {"broker-1": {"address": ..., "observer_address": ...,
 *                           "netns": 9, "pid": 3, "hosts": "/.../hosts"}}}
 *
 * The first "pid" is the keeper's, in the PID namespace of the outer program;
 * the "pid" of a node is in the PID namespace of the run. The network namespace
 * of a node is /proc/<keeper's pid>/fd/<netns>; "netns" is -1 in the fallback.
 * "start_time" is field 22 of /proc/<pid>/stat. "further" counts the addresses
 * that nodes have beside their first.
 */
#include <errno.h>

#include "base/file.h"
#include "base/own.h"
#include "node/keep_own.h"

static json_t *member_record(const struct member *m)
{
    return json_pack("{s:s,s:s,s:i,s:i,s:s?}", "address", m->info.address,
                     "observer_address", m->info.observer_address, "netns",
                     m->netns, "pid", (int)m->pid, "hosts", m->hosts_path);
}

int keep_record(const struct keep *k, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/keeper.json", k->work_dir);
    json_t *nodes = json_object();
    AUTO_JSON json_t *record = json_pack(
        "{s:b,s:i,s:I,s:i,s:o}", "sandboxed", k->addressing.sandboxed, "pid",
        (int)k->outer_pid, "start_time", (json_int_t)k->start_time, "further",
        (int)k->further, "nodes", nodes);

    for (size_t i = 0; record && i < k->nodes_len; i++)
        if (json_object_set_new(nodes, k->nodes[i].info.name,
                                member_record(&k->nodes[i])) < 0)
            return err_set(err, -EINVAL,
                           "%s: node %s cannot be written as JSON", path,
                           k->nodes[i].info.name);
    if (!record)
        return err_set(err, -EINVAL, "%s: cannot be written as JSON", path);
    return json_write(path, record, err);
}

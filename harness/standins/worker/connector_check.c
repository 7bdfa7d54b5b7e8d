/* connector_check.c - validates a whole connector configuration. */
#include "base/own.h"
#include "standins/worker/connector.h"
#include "standins/worker/defect.h"
#include "standins/worker/task.h"
#include "standins/worker/task_common.h"

int connector_check(const json_t *config, int *ret_tasks, struct err *err)
{
    const struct connector_kind *k;
    struct common_settings common;
    struct source_settings source;
    struct sink_settings sink;
    struct defect_settings defect;
    AUTO_FREE void *own = NULL;
    int rc = connector_class_check(config, err);

    if (rc == 0)
        rc = common_settings_read(config, &common, err);
    if (rc < 0)
        return rc;
    k = connector_kind_of(config);
    rc = k->sink ? sink_settings_read(config, &sink, err)
                 : source_settings_read(config, &source, err);
    if (rc == 0)
        rc = connector_settings(k, config, &own, err);
    if (rc == 0)
        rc = defect_settings_read(config, k, &defect, err);
    if (rc == 0)
        *ret_tasks = k->one_task ? 1 : (int)common.tasks_max;
    return rc;
}

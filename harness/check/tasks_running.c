/* tasks_running.c - the check for every task of every connector being RUNNING
 * at the end.
 *
 * The status is Connect's own, and a task may be RUNNING and do nothing. Only
 * the hops prove records moving.
 */
#include <stdio.h>
#include <string.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

/* Whether a text of the form "RUNNING 2/2" says all tasks are running, and at
 * least one task exists. */
static bool all_run(const char *text)
{
    int running = 0, all = 0, end = 0;

    return sscanf(text, "RUNNING %d/%d%n", &running, &all, &end) == 2 &&
           !text[end] && all >= 1 && running == all;
}

/* Whether any sample shows a task of the connector. Otherwise nobody watched
 * the connector's status. */
static bool was_heard_of(const json_t *series, const char *connector)
{
    for (size_t i = 0; i < json_array_size(series); i++) {
        const json_t *tasks =
            json_object_get(json_array_get(series, i), "tasks");
        int running, all;

        if (sscanf(look_text(tasks, connector), "RUNNING %d/%d", &running,
                   &all) == 2 &&
            all > 0)
            return true;
    }
    return false;
}

/* The last sample decides. "RUNNING 0/0" there is a failure only if an earlier
 * sample showed tasks, since the run may not have watched the connector. */
static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct hop_choice c = {0};
    const json_t *hops = json_object_get(run, "hops");
    const json_t *series = json_object_get(run, "series");
    size_t len = json_array_size(series), n = 0;
    const json_t *last = json_array_get(series, len ? len - 1 : 0);
    struct words at = time_of(look_number(last, "t_us", 0));

    (void)logs_dir;
    (void)args;
    check_say(ret, CHECK_HELD, "none");
    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);
        const char *name = look_text(hop, "connector");
        const char *text = look_text(json_object_get(last, "tasks"), name);

        if (!hop_chosen(hop, &c))
            continue;
        n++;
        if (!text[0] || !was_heard_of(series, name)) {
            check_say(ret, CHECK_NOT_JUDGED, "%s: no status of a task was seen",
                      name);
        } else if (!all_run(text)) {
            check_say(ret, CHECK_FAILED,
                      "%s: expected all tasks RUNNING at %s, got %s", name,
                      at.text, text);
            return;
        }
    }
    if (ret->status == CHECK_HELD && n == 0)
        check_say(ret, CHECK_NOT_JUDGED, "the run has no connector");
    else if (ret->status == CHECK_HELD)
        check_say(ret, CHECK_HELD,
                  "all tasks on %zu hop%s of connectors said RUNNING at %s", n,
                  n == 1 ? "" : "s", at.text);
}

const struct check_ops check_tasks_running = {
    .name = "tasks_running",
    .help = "at the end every task of every connector is RUNNING",
    .judge = judge,
};

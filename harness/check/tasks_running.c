/* tasks_running - at the end every task of every connector says RUNNING.
 *
 * By Connect's own word, which is no oracle: that records moved is shown by
 * the hops.
 */
#include <stdio.h>
#include <string.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

/* Does "RUNNING 2/2" say that all of at least one do? */
static bool all_run(const char *text)
{
    int running = 0, all = 0, end = 0;

    return sscanf(text, "RUNNING %d/%d%n", &running, &all, &end) == 2 &&
           !text[end] && all >= 1 && running == all;
}

/* Was a task of it heard of in any sample? Else its status is not watched. */
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
            check_say(ret, CHECK_NOT_JUDGED,
                      "%s: no status of its tasks was seen", name);
        } else if (!all_run(text)) {
            check_say(ret, CHECK_FAILED,
                      "%s: expected all its tasks RUNNING at %s, got %s", name,
                      at.text, text);
            return;
        }
    }
    if (ret->status == CHECK_HELD && n == 0)
        check_say(ret, CHECK_NOT_JUDGED, "there is no connector to look at");
    else if (ret->status == CHECK_HELD)
        check_say(ret, CHECK_HELD,
                  "all tasks on %zu hop%s of connectors said RUNNING at %s", n,
                  n == 1 ? "" : "s", at.text);
}

const struct check_ops check_tasks_running = {
    .name = "tasks_running",
    .help = "at the end every task says RUNNING",
    .judge = judge,
};

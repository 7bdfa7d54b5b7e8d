/* standing.c - whether the processes still run that should run. A process that
 * ends without a fault of the timeline must not be held against the connector.
 */
#include <errno.h>
#include <string.h>

#include "base/descriptors.h"
#include "base/stop.h"
#include "engine/facts_own.h"
#include "engine/standing_own.h"
#include "engine/tell_own.h"
#include "verdict/outside.h"

/* To look, ask and write down with. */
enum { DESCRIPTORS_KEPT = 16 };

/* 1 with the wait status if the node has ended; 0 if the node runs, or nobody
 * knows. */
static int has_ended(struct run *r, const char *node, int *ret_status)
{
    struct node_status s;
    struct err ignored = {0};

    if (node_status(r->world.nodes, node, &s, &ignored) < 0 ||
        s.state != NODE_ENDED)
        return 0;
    *ret_status = s.wait_status;
    return 1;
}

/* Servers of endpoints belong to the harness, so the end of a server is never
 * the connector's doing. */
static int endpoints_stand(struct run *r, struct err *err)
{
    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        const struct endpoint *e = r->world.stations[i].endpoint;
        const char *name = r->given.plan->stations[i].name;
        char how[64];
        int status;

        if (!e || !e->ops->restart || !has_ended(r, name, &status))
            continue;
        wait_status_text(status, how, sizeof(how));
        return err_set(
            err, -ECHILD,
            "%s: its server is gone (%s) and no fault did that: what "
            "does not arrive now is not the connector's doing",
            name, how);
    }
    return 0;
}

/* Another thread may apply a fault at any time. `applied` is set before the
 * fault kills, so the answer asked for after the node was seen ended knows the
 * fault; the answer asked for before knows a fault mended meanwhile. */
static bool was_killed_by_stranger(struct run *r,
                                   const struct platform_node *node)
{
    struct process_end end = {.removed = node->removed};

    end.disturbed = facts_disturbed(&r->given, &r->facts);
    if (!has_ended(r, node->name, &end.wait_status))
        return false;
    end.disturbed |= facts_disturbed(&r->given, &r->facts);
    return end_is_foreign(&end);
}

/* NULL: none. */
static const struct platform_node *killed_by_stranger(struct run *r)
{
    size_t n = 0;
    const struct platform_node *all = NULL;

    if (r->world.platform)
        all = r->world.platform->ops->list(r->world.platform, &n);
    for (size_t i = 0; i < n; i++)
        if (was_killed_by_stranger(r, &all[i]))
            return &all[i];
    return NULL;
}

/* A fault may begin and end within a single look, and take a node off the list
 * meanwhile. So the second look, with a new list, decides. */
static int platform_stands(struct run *r, struct err *err)
{
    const struct platform_node *node = killed_by_stranger(r);

    if (node)
        node = killed_by_stranger(r);
    return node ? err_set(err, -ECHILD,
                          "%s: was killed and no fault did that (was there "
                          "too little memory?)",
                          node->name)
                : 0;
}

/* Whether a fault under way will start the node again. */
static bool comes_back(const struct run *r, const char *node)
{
    bool comes = false;

    timeline_lock(&r->facts.timeline);
    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++) {
        const struct step_run *s = &r->facts.timeline.steps[i];

        comes |= s->state >= STEP_APPLIED && s->state <= STEP_REVERTED &&
                 strcmp(s->target.name, node) == 0;
    }
    timeline_unlock(&r->facts.timeline);
    return comes;
}

/* 0 as long as a broker runs, or a fault will start a broker again. */
static int brokers_stand(struct run *r, struct err *err)
{
    struct broker_seen seen[NODES_MAX];
    size_t n = 0, len = 0;
    const struct platform_node *all =
        r->world.platform->ops->list(r->world.platform, &n);
    const char *last = "";
    char how[64];
    int status = 0;

    for (size_t i = 0; i < n && len < NODES_MAX; i++) {
        if (all[i].role != ROLE_BROKER)
            continue;
        last = all[i].name;
        seen[len++] = (struct broker_seen){
            .ended = has_ended(r, last, &status) != 0,
            .comes_back = comes_back(r, last),
        };
    }
    if (!brokers_are_gone(seen, len))
        return 0;
    wait_status_text(status, how, sizeof(how));
    return err_set(err, -ECHILD,
                   "no broker is left (the last of them, %s: %s) and no fault "
                   "brings one back",
                   last, how);
}

int run_can_look(struct err *err)
{
    return descriptors_left(DESCRIPTORS_KEPT, err);
}

int run_cluster_stands(void *ctx, struct err *err)
{
    struct run *r = ctx;
    const struct platform *p = r->world.platform;
    int rc = 0;

    if (p && p->ops->stands)
        rc = p->ops->stands(r->world.platform, err);
    return rc == 0 && p ? brokers_stand(r, err) : rc;
}

int run_is_of_use(void *ctx, struct err *err)
{
    if (stop_check("the run", err) < 0 || run_can_look(err) < 0)
        return err->code;
    return run_cluster_stands(ctx, err);
}

bool run_cluster_is_gone(struct run *r)
{
    struct err why = {0};

    if (run_cluster_stands(r, &why) == 0)
        return false;
    r->facts.topics_gone = r->facts.struck = true;
    if (!r->told.gone)
        run_reason(r, "%s: %s", run_phase_name(r), why.text);
    r->told.gone = true;
    return true;
}

int run_all_stand(struct run *r, struct err *err)
{
    int rc = run_cluster_stands(r, err);

    if (rc < 0)
        r->facts.topics_gone = r->told.gone =
            true; /* the caller makes err a reason */
    if (rc == 0)
        rc = endpoints_stand(r, err);
    if (rc == 0)
        rc = platform_stands(r, err);
    r->facts.struck |= rc < 0;
    return rc;
}

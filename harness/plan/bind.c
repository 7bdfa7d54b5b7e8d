/* bind.c - a document becomes a plan: each section of the file in turn. */
#include <assert.h>

#include "fault/target.h"
#include "plan/bind_own.h"

/* Keys by which steps name targets are handed down: scenario/ knows no kinds.
 */
static void read_scenario(struct doc *doc, struct scenario *ret)
{
    const char *keys[STEP_TARGETS_MAX + 1] = {NULL};
    size_t n;
    const struct target_ops *const *all = target_all(&n);

    assert(n <= STEP_TARGETS_MAX);
    for (size_t i = 0; i < n; i++)
        keys[i] = all[i]->key;
    scenario_read(doc, keys, ret);
}

/* Later parts look up names bound by earlier parts, so the order is
 * fixed. Groups of workers are only known of a sound platform. Loads and hops,
 * and everything bound after them, only make sense over stations that exist:
 * after a complaint about stations the rest is left out.
 */
void plan_bind(struct doc *doc, const struct plan_overrides *over,
               struct plan *ret)
{
    size_t before;

    *ret = (struct plan){.doc = doc, .kept = json_array()};
    read_scenario(doc, &ret->scenario);
    for (size_t i = 0; over->plugin && i < ret->scenario.connectors_len; i++)
        ret->scenario.connectors[i].plugin = over->plugin;
    before = doc_complaints(doc);
    bind_platform(ret, over);
    bind_groups(ret);
    if (doc_complaints(doc) == before)
        bind_connectors(ret);
    bind_stations(ret);
    bind_steps(ret);
    bind_checks(ret);
    if (doc_complaints(doc) > 0)
        return;
    bind_loads(ret);
    bind_hops(ret);
    bind_dead_letters(ret);
    bind_reads(ret);
    bind_targets(ret);
    bind_behaviours(ret);
    bind_spans(ret);
    bind_rows(ret);
    bind_texts(ret);
    bind_plugins(ret);
    bind_step_groups(ret);
    bind_group_plugins(ret);
}

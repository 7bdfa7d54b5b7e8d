/* bind.c - a document becomes a plan: each section of the file in its turn. */
#include "plan/bind_own.h"

/* Later parts look names up that earlier parts have bound, so the order is
 * fixed. Loads, hops and all that follows only make sense over stations that
 * exist: after a complaint so far the rest is left out. */
void plan_bind(struct doc *doc, const struct plan_overrides *over,
               struct plan *ret)
{
    *ret = (struct plan){.doc = doc, .kept = json_array()};
    scenario_read(doc, &ret->scenario);
    for (size_t i = 0; over->plugin && i < ret->scenario.connectors_len; i++)
        ret->scenario.connectors[i].plugin = over->plugin;
    bind_platform(ret, over);
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
    bind_rows(ret);
    bind_texts(ret);
    bind_plugins(ret);
}

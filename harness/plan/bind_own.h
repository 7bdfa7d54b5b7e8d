/* bind_own.h - the parts of plan_bind(), a function for each section of the
 * file. */
#ifndef PLAN_BIND_OWN_H
#define PLAN_BIND_OWN_H

#include "plan/plan.h"

/* Each complains in p->doc and goes on. */
void bind_platform(struct plan *p, const struct plan_overrides *over);
/* After the platform, whose groups of workers the others name. */
void bind_groups(struct plan *p);
void bind_connectors(struct plan *p);
void bind_stations(struct plan *p);
void bind_steps(struct plan *p);
void bind_checks(struct plan *p);
/* After the above were without complaint. */
void bind_loads(struct plan *p);
void bind_hops(struct plan *p);
void bind_dead_letters(struct plan *p);
void bind_reads(struct plan *p);
void bind_targets(struct plan *p);
void bind_behaviours(struct plan *p);
void bind_spans(struct plan *p);
void bind_rows(struct plan *p);
void bind_texts(struct plan *p);
void bind_plugins(struct plan *p);
void bind_step_groups(struct plan *p);
void bind_group_plugins(struct plan *p);

/* Complain of `key` of a load: `load:` may be a mapping or a list of mappings.
 */
void bind_complain_load(struct plan *p, size_t load, const char *key,
                        const char *fmt, ...) PRINTF_LIKE(4, 5);

/* When a load at its full rate has written all records, counted from the start
 * of the load phase; INT64_MAX: never. */
int64_t bind_load_ends_us(const struct load_item *l);

/* Whether a step of the timeline may change `what` of `target` (NULL: of
 * anything), so that the file alone does not settle how many exist. */
bool bind_may_change(const struct plan *p, enum fault_changes what,
                     const char *target);

/* Check that the name in a step's target is declared. Called for each step,
 * also of an unknown fault. */
void bind_target_name(struct plan *p, const struct step *s);

#endif

/* bind_cross.c - what one section says of another: topics that a sink reads,
 * nodes, partitions and tasks that a step is aimed at. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "engine/bind.h"

/* Does the timeline hold a step of that kind, aimed at `target` (NULL: at
 * whatever)? */
static bool is_on_timeline(const struct plan *p, const char *kind,
                           const char *target)
{
    for (size_t i = 0; i < p->steps_len; i++)
        if (strcmp(p->steps[i].ops->name, kind) == 0 &&
            (!target || strcmp(p->steps[i].step->target, target) == 0))
            return true;
    return false;
}

/* ---- what a sink reads --------------------------------------------------- */

/* Connect takes blanks beside the commas. */
static bool list_has(const char *list, const char *name)
{
    static const char blanks[] = " \t\r\n";
    size_t want = strlen(name);

    for (;;) {
        size_t len = strcspn(list, ",");
        const char *at = list + strspn(list, blanks);
        size_t n = len > (size_t)(at - list) ? len - (size_t)(at - list) : 0;

        while (n > 0 && strchr(blanks, at[n - 1]))
            n--;
        if (n == want && memcmp(at, name, n) == 0)
            return true;
        if (!list[len])
            return false;
        list += len + 1;
    }
}

/* The sink would stand idle, and the run end with everything unseen. */
static void check_reads(struct plan *p, const struct plan_hop *h)
{
    const char *name = h->connector->name;
    const json_t *config = h->connector->config;
    const json_t *value = json_object_get(config, "topics");
    AUTO_FREE char *topics = value ? scalar_text(value) : NULL;
    AUTO_FREE char *path = path_of("connectors.%s.config.topics", name);

    if (!topics || strstr(topics, "${") ||
        json_object_get(config, "topics.regex") ||
        is_on_timeline(p, "connector_reconfigure", name))
        return;
    if (!list_has(topics, p->stations[h->up].name))
        doc_complain(p->doc, path, "\"%.120s\" does not name %s, which flow reads",
                     topics, p->stations[h->up].name);
}

void bind_reads(struct plan *p)
{
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];

        if (h->connector && p->stations[h->up].topic &&
            !p->stations[h->down].topic)
            check_reads(p, h);
    }
}

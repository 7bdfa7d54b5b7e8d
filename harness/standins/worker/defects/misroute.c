/* misroute.c - the defect misroute: one record in n goes to ordeal.defect.to.
 */
#include "base/own.h"
#include "standins/worker/defect_own.h"

/* Properties that name a sink's destination, of all sink kinds. */
static const char *const places[] = {"http.url", "file"};

static int open_other(struct defect *d, struct err *err)
{
    AUTO_JSON json_t *config = json_deep_copy(d->config);
    struct connector_spec spec = *d->spec;
    int rc;

    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (property(config, places[i], NULL))
            (void)json_object_set_new(config, places[i],
                                      json_string(d->settings.to));
    rc = connector_settings(d->of, config, &d->other_settings, err);
    d->other_config = TAKE(config);
    spec.settings = d->other_settings;
    if (rc == 0)
        rc = d->of->sink->open(&spec, &d->seen, &d->other, err);
    return rc;
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    size_t done = 0;
    int rc;

    if (!defect_draws(d, r))
        return defect_deliver(d, r, err);
    rc = defect_note(d, r, "sent elsewhere", err);
    return rc < 0 ? rc : d->other->ops->put(d->other, r, 1, &done, err);
}

const struct defect_kind defect_misroute = {
    .name = "misroute",
    .needs_to = true,
    .open = open_other,
    .record = record,
};

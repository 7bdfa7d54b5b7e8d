/* wire_versions.c - asks a broker for its versions, with KIP-511's fallback. */
#include "client/wire/wire_versions.h"

#include <errno.h>

#include "base/clk.h"

static int ask_as(struct wire *w, int16_t version, int64_t timeout_us,
                  int16_t *ret_error, struct wire_versions *ret,
                  struct err *err)
{
    struct wire_api api = api_versions(version);
    struct wire_in in;

    api_versions_put(wire_request(w, &api), version);
    if (wire_call(w, timeout_us, &in, err) < 0)
        return err->code;
    if (api_versions_take(&in, version, ret_error, ret, err) < 0)
        return err_context(err, "%s", wire_address(w));
    return 0;
}

/* The version of the second question: the highest named by the broker. */
static int16_t second(const struct wire_versions *v)
{
    struct wire_range r = v->of[WIRE_API_VERSIONS];

    if (r.most < 0)
        return 0;
    return r.most < WIRE_API_VERSIONS_MOST ? r.most : 0;
}

int wire_ask_versions(struct wire *w, int64_t timeout_us,
                      struct wire_versions *ret, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    int16_t failed = 0;

    if (ask_as(w, WIRE_API_VERSIONS_MOST, timeout_us, &failed, ret, err) < 0)
        return err->code;
    if (failed == WIRE_UNSUPPORTED_VERSION &&
        ask_as(w, second(ret), deadline_us - clk_monotonic_us(), &failed, ret,
               err) < 0)
        return err->code;
    if (failed != 0)
        return err_set(err, -EPROTO, "%s: refuses ApiVersions: Kafka error %d",
                       wire_address(w), failed);
    return 0;
}

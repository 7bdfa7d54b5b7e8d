/* wire_messages.c - bodies of requests and answers, field by field. */
#include "client/wire/wire_messages.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct wire_api sasl_handshake = {WIRE_SASL_HANDSHAKE, 1, false};
const struct wire_api sasl_authenticate = {WIRE_SASL_AUTHENTICATE, 2, true};
const struct wire_api describe_quorum = {WIRE_DESCRIBE_QUORUM, 0, true};

/* Whether the bytes taken so far were an answer. */
static int sound(const struct wire_in *in, const char *what, struct err *err)
{
    return in->bad ? err_set(err, -EPROTO, "the answer to %s is no answer: %s",
                             what, in->bad)
                   : 0;
}

/* ---- ApiVersions --------------------------------------------------------- */

struct wire_api api_versions(int16_t version)
{
    return (struct wire_api){WIRE_API_VERSIONS, version, version >= 3};
}

void api_versions_put(struct wire_out *out, int16_t version)
{
    if (version < 3)
        return;
    wire_put_string(out, "ordeal");
    wire_put_string(out, ORDEAL_VERSION);
    wire_put_no_tags(out);
}

int api_versions_take(struct wire_in *in, int16_t version, int16_t *ret_error,
                      struct wire_versions *ret, struct err *err)
{
    enum { API_LEN = 6 };
    size_t n;

    for (size_t i = 0; i < WIRE_APIS_MAX; i++)
        ret->of[i] = (struct wire_range){.least = 0, .most = -1};
    *ret_error = wire_take_i16(in);
    if (*ret_error == WIRE_UNSUPPORTED_VERSION)
        in->flexible = false;
    n = wire_take_array(in, API_LEN, NULL);
    for (size_t i = 0; i < n; i++) {
        int16_t key = wire_take_i16(in);
        struct wire_range r = {.least = wire_take_i16(in)};

        r.most = wire_take_i16(in);
        wire_skip_tags(in);
        if (!in->bad && key >= 0 && key < WIRE_APIS_MAX)
            ret->of[key] = r;
    }
    if (*ret_error == 0 && version > 0)
        (void)wire_take_i32(in); /* throttle time */
    /* Tagged fields behind (supported features, KIP-584) are not needed. */
    wire_skip_tags(in);
    return sound(in, "ApiVersions", err);
}

int wire_pick(const struct wire_versions *v, int16_t key, int16_t least,
              int16_t most, struct err *err)
{
    struct wire_range r = key >= 0 && key < WIRE_APIS_MAX
                              ? v->of[key]
                              : (struct wire_range){.least = 0, .most = -1};
    int16_t wanted = most;

    if (r.most < r.least)
        return err_set(err, -ENOTSUP, "the broker does not know request %d",
                       key);
    if (most > r.most)
        most = r.most;
    if (most < least || most < r.least)
        return err_set(err, -ENOTSUP,
                       "the broker takes versions %d to %d of request %d, "
                       "ordeal versions %d to %d",
                       r.least, r.most, key, least, wanted);
    return most;
}

/* ---- DescribeQuorum ------------------------------------------------------ */

void describe_quorum_put(struct wire_out *out)
{
    wire_put_array(out, 1);
    wire_put_string(out, "__cluster_metadata");
    wire_put_array(out, 1);
    wire_put_i32(out, 0);
    wire_put_no_tags(out); /* of the partition, the topic, the request */
    wire_put_no_tags(out);
    wire_put_no_tags(out);
}

int describe_quorum_take(struct wire_in *in, int32_t *ret, struct err *err)
{
    /* Least sizes: an empty name, no partitions, tags; index, error, leader,
     * the rest being left unread. */
    enum { TOPIC_LEN = 3, PARTITION_LEN = 10 };
    int failed = wire_take_i16(in), partition_failed;
    size_t topics, partitions;
    int32_t leader;

    if (!in->bad && failed != 0)
        return err_set(err, -EAGAIN, "the quorum: Kafka error %d", failed);
    topics = wire_take_array(in, TOPIC_LEN, NULL);
    (void)wire_take_string(in);
    partitions = wire_take_array(in, PARTITION_LEN, NULL);
    (void)wire_take_i32(in); /* the partition's index */
    partition_failed = wire_take_i16(in);
    leader = wire_take_i32(in);
    if (topics != 1 || partitions != 1)
        wire_refuse(in, "not one topic with one partition");
    if (sound(in, "DescribeQuorum", err) < 0)
        return err->code;
    if (partition_failed != 0 || leader < 0)
        return err_set(err, -EAGAIN, "the quorum has no leader (error %d)",
                       partition_failed);
    *ret = leader;
    return 0;
}

/* ---- SASL ---------------------------------------------------------------- */

void sasl_handshake_put(struct wire_out *out, const char *mechanism)
{
    wire_put_string(out, mechanism);
}

/* Append a mechanism to a list in a text of fixed size. */
static void list_add(char *to, size_t room, struct wire_slice mechanism)
{
    size_t len = strlen(to);

    (void)snprintf(to + len, room - len, "%s%.*s", len > 0 ? ", " : "",
                   WIRE_TEXT(mechanism));
}

int sasl_handshake_take(struct wire_in *in, const char *mechanism,
                        struct err *err)
{
    int16_t failed = wire_take_i16(in);
    size_t n = wire_take_array(in, sizeof(int16_t), NULL);
    char offered[256] = "";

    for (size_t i = 0; i < n; i++)
        list_add(offered, sizeof(offered), wire_take_string(in));
    if (sound(in, "SaslHandshake", err) < 0)
        return err->code;
    if (failed == WIRE_ILLEGAL_SASL_STATE)
        return err_set(err, -EACCES,
                       "the listener takes no log-in by SASL: use PLAINTEXT "
                       "or SSL, or the port of a SASL listener");
    if (failed != 0)
        return err_set(err, -EACCES,
                       "the listener offers SASL mechanisms \"%s\", not %s: "
                       "add %s to sasl.enabled.mechanisms (Kafka error %d)",
                       offered, mechanism, mechanism, failed);
    return 0;
}

void sasl_plain_put(struct wire_out *out, const char *user,
                    const char *password)
{
    struct wire_out token = {.flexible = false};

    wire_put_i8(&token, 0);
    wire_put_raw(&token, user, strlen(user));
    wire_put_i8(&token, 0);
    wire_put_raw(&token, password, strlen(password));
    wire_put_bytes(out, token.data, token.len);
    wire_put_no_tags(out);
    wire_out_done(&token);
}

int sasl_authenticate_take(struct wire_in *in, const char *user,
                           struct err *err)
{
    int16_t failed = wire_take_i16(in);
    struct wire_slice why = wire_take_nullable_string(in);

    if (sound(in, "SaslAuthenticate", err) < 0)
        return err->code;
    if (failed != 0)
        return err_set(err, -EACCES,
                       "the broker refuses user \"%s\": %.*s (Kafka error %d); "
                       "check user and password",
                       user, WIRE_TEXT(why), failed);
    (void)wire_take_bytes(in);
    (void)wire_take_i64(in); /* session lifetime (KIP-368) */
    wire_skip_tags(in);
    return sound(in, "SaslAuthenticate", err);
}

/* wire_messages.h - the requests of our own, and the answers, field by field.
 *
 * Formats as in ApiVersionsRequest.json, DescribeQuorumRequest.json,
 * SaslHandshakeRequest.json, SaslAuthenticateRequest.json of Kafka, and the
 * answers beside them. X_put() writes the body of a request begun with
 * wire_request(); X_take() reads the body of the answer and takes any
 * bytes: -EPROTO for bytes without the form of an answer. Pure: no I/O, no
 * shared state.
 */
#ifndef CLIENT_WIRE_MESSAGES_H
#define CLIENT_WIRE_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/wire/connection.h"
#include "client/wire/wire_codec.h"

enum {
    WIRE_SASL_HANDSHAKE = 17,
    WIRE_API_VERSIONS = 18,
    WIRE_SASL_AUTHENTICATE = 36,
    WIRE_DESCRIBE_QUORUM = 55,
};

/* Error codes of Kafka with a meaning here. */
enum {
    WIRE_UNSUPPORTED_SASL_MECHANISM = 33,
    WIRE_ILLEGAL_SASL_STATE = 34,
    WIRE_UNSUPPORTED_VERSION = 35,
    WIRE_SASL_AUTHENTICATION_FAILED = 58,
};

extern const struct wire_api sasl_handshake;    /* version 1 */
extern const struct wire_api sasl_authenticate; /* version 2 */
extern const struct wire_api describe_quorum;   /* version 0 */

/* ---- ApiVersions --------------------------------------------------------- */

enum { WIRE_APIS_MAX = 128 };

/* The versions taken by a broker, by the key of the API. */
struct wire_versions {
    struct wire_range {
        int16_t least, most; /* most < least: the broker has no such API */
    } of[WIRE_APIS_MAX];     /* later keys (brokers' own) are left out */
};

/* ApiVersions of a version from 0 to WIRE_API_VERSIONS_MOST. */
enum { WIRE_API_VERSIONS_MOST = 3 };
struct wire_api api_versions(int16_t version);
void api_versions_put(struct wire_out *out, int16_t version);

/* *ret_error: the answer's error code. With WIRE_UNSUPPORTED_VERSION the answer
 * has version 0 whatever was asked, and may list the versions of ApiVersions
 * alone (KIP-511). */
MUST_USE int api_versions_take(struct wire_in *in, int16_t version,
                               int16_t *ret_error, struct wire_versions *ret,
                               struct err *err);

/* The highest version of API `key` known to both sides, of `least` to `most`;
 * -ENOTSUP: none, and err has both ranges. */
MUST_USE int wire_pick(const struct wire_versions *v, int16_t key,
                       int16_t least, int16_t most, struct err *err);

/* ---- DescribeQuorum ------------------------------------------------------ */

/* Of topic __cluster_metadata, partition 0. */
void describe_quorum_put(struct wire_out *out);

/* *ret: the node id of the leader. -EAGAIN: the quorum has no leader, or the
 * broker cannot tell. Fields behind the leader are not read. */
MUST_USE int describe_quorum_take(struct wire_in *in, int32_t *ret,
                                  struct err *err);

/* ---- SASL ---------------------------------------------------------------- */

void sasl_handshake_put(struct wire_out *out, const char *mechanism);

/* -EACCES: the broker does not offer `mechanism`; err lists the mechanisms
 * offered. */
MUST_USE int sasl_handshake_take(struct wire_in *in, const char *mechanism,
                                 struct err *err);

/* The token of PLAIN (RFC 4616): NUL, user, NUL, password. */
void sasl_plain_put(struct wire_out *out, const char *user,
                    const char *password);

/* -EACCES: refused, with the broker's own words. `user` is for err. */
MUST_USE int sasl_authenticate_take(struct wire_in *in, const char *user,
                                    struct err *err);

#endif

/* plugin_make_own.h - the ways to fill the folder of a plugin. */
#ifndef PLATFORM_PLUGIN_MAKE_OWN_H
#define PLATFORM_PLUGIN_MAKE_OWN_H

#include "base/attr.h"
#include "base/err.h"
#include "platform/cache_own.h"

/* Read and check `fixture`/plugin.json (fixtures/README.md). New. */
MUST_USE int plugin_spec_read(const char *fixture, json_t **ret,
                              struct err *err);

/* Fill the empty folder `into` as the spec says; checks the digests. */
MUST_USE int plugin_make_fixture(const struct cache *c, const struct java *java,
                                 const struct kafka_jars *kafka,
                                 const char *fixture, const char *into,
                                 struct err *err);

/* "group:artifact:version[:type[:classifier]]": a jar with its dependencies,
 * an archive unpacked. */
MUST_USE int plugin_make_maven(const struct cache *c, const char *coordinate,
                               const char *into, struct err *err);

/* The classes that the service files of the plugin in `dir` list for Kafka's
 * own interfaces: an array of names, new. */
MUST_USE int plugin_classes(const char *dir, json_t **ret, struct err *err);

/* Copy the regular files below `from`, links followed. `skip`: a suffix of
 * names to leave out, or NULL. */
MUST_USE int copy_tree(const char *from, const char *into, const char *skip,
                       struct err *err);

/* Split a coordinate into 3 to 5 parts of letters, digits and . _ - -EINVAL: no
 * coordinate (err is not set). */
enum { COORDINATE_PARTS = 5, COORDINATE_MAX = 512 };
struct coordinate {
    char text[COORDINATE_MAX];
    const char *part[COORDINATE_PARTS]; /* NULL: not given */
};
MUST_USE int coordinate_read(const char *text, struct coordinate *ret);

#endif

/* class_archive_own.h - archives of loaded Java classes, for a faster start.
 *
 * A broker and a worker load some ten thousand classes before they answer.
 * Loading from an archive (class data sharing, JEP 310 and JEP 350) saves a
 * third of a start on two cores. An archive is made once per Java and class
 * path: a keeper of its own starts a broker and a worker and ends both.
 */
#ifndef PLATFORM_CLASS_ARCHIVE_OWN_H
#define PLATFORM_CLASS_ARCHIVE_OWN_H

#include "platform/cache_own.h"

/* Starts the two nodes by `ops`, the local platform's. Puts "class-archives":
 * {"broker": path, "worker": path} into `fetched`. Never fails: without an
 * archive everything runs, only slower; the log says why an archive is
 * missing. */
void class_archives_get(const struct cache *c, const struct platform_ops *ops,
                        const struct java *java, const struct kafka_jars *kafka,
                        json_t *fetched);

#endif

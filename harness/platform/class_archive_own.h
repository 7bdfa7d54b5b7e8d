/* class_archive_own.h - Java's classes as it would have loaded them, kept.
 *
 * A broker and a worker load some ten thousand classes before they answer; from
 * an archive (class data sharing) that takes a third less of a two-core
 * machine. An archive is made once per Java and class path, by starting one
 * broker and one worker under a keeper of their own and ending them.
 */
#ifndef PLATFORM_CLASS_ARCHIVE_OWN_H
#define PLATFORM_CLASS_ARCHIVE_OWN_H

#include "platform/cache_own.h"

/* Starts the two nodes by `ops`, the local platform's. Puts "class-archives":
 * {"broker": path, "worker": path} into `fetched`. Never fails: without an
 * archive everything runs, only slower; why there is none goes to the log. */
void class_archives_get(const struct cache *c, const struct platform_ops *ops,
                        const struct java *java, const struct kafka_jars *kafka,
                        json_t *fetched);

#endif

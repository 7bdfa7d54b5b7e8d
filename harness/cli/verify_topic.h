/* verify_topic.h - ordeal verify --topic: continuity, duplicates and gaps of
 * any topic of any cluster, by an identity carried in the records. */
#ifndef CLI_VERIFY_TOPIC_H
#define CLI_VERIFY_TOPIC_H

#include "cli/option.h"

/* The options of `ordeal verify --topic`. */
enum { VERIFY_ROWS = 8 };
extern const struct option_row verify_rows[VERIFY_ROWS];

struct command;

/* `self` is the command with the usage to show; argv[0] is "verify". Returns
 * the exit code: 0 continuous; 1 gaps, duplicates or disorder; 2 not read, or
 * not judged; 64 wrong usage. */
int verify_topic(const struct command *self, int argc, char **argv);

#endif

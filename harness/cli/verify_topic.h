/* verify_topic.h - ordeal verify --topic: continuity, duplicates and gaps of
 * any topic of any cluster, by an identity that its records carry. */
#ifndef CLI_VERIFY_TOPIC_H
#define CLI_VERIFY_TOPIC_H

#define VERIFY_TOPIC_HELP                                                      \
    "A run folder: brokers are started over its data and every station is\n"   \
    "judged against the ledger; fail on what is proven, else inconclusive.\n"  \
    "A topic, as it is now:\n"                                                 \
    "      --bootstrap HOSTS   host:port,... of the cluster\n"                 \
    "      --topic NAME        read from its beginning to its end\n"           \
    "      --locator WORDS     where identity sits: offset (default), key,\n"  \
    "                          header:NAME, json:/POINTER; whole numbers "     \
    "are\n"                                                                    \
    "                          judged for gaps, anything else for "            \
    "duplicates\n"                                                             \
    "      --per WORD          numbers count on per partition (default) or\n"  \
    "                          over the whole topic: partition, topic\n"       \
    "      --uncommitted       also what transactions aborted\n"               \
    "      --property K=V      librdkafka property (credentials, TLS)\n"       \
    "      --timeout DURATION  of the whole replay (600s)\n"                   \
    "      --out DIR           where the folder with run.json and reports "    \
    "lands\n"                                                                  \
    "                          (reports)\n"

struct command;

/* `self` is the command whose usage is shown; argv[0] is "verify". Returns the
 * exit code: 0 continuous; 1 gaps, duplicates or disorder; 2 not read, or not
 * judged; 64 wrong usage. */
int verify_topic(const struct command *self, int argc, char **argv);

#endif

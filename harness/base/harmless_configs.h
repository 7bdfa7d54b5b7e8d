/* harmless_configs.h - topic configs that the stand-in cluster takes. The plan
 * asks before a run, and the cluster asks again for each topic. */
#ifndef BASE_HARMLESS_CONFIGS_H
#define BASE_HARMLESS_CONFIGS_H

#include <stdbool.h>

/* Does the stand-in cluster keep the promise of a topic config by doing
 * nothing? Every log there stays whole until a client trims the log or deletes
 * the topic. `value`: NULL if the value is not known. Any thread. */
bool topic_config_is_harmless(const char *name, const char *value);

#endif

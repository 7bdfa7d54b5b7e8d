/* machine_json_own.h - program and machine, for run.json. */
#ifndef ENGINE_MACHINE_JSON_OWN_H
#define ENGINE_MACHINE_JSON_OWN_H

#include <jansson.h>

/* `program` of run.json: version, commit (NULL: unknown) and digest of the
 * running program. New. */
json_t *program_json(const char *commit);

/* `host` of run.json. Takes `waited`, the shares of time spent waiting by
 * tasks; NULL: left out. New. */
json_t *host_json(json_t *waited);

#endif

/* machine_json_own.h - the program and the machine, as run.json names them. */
#ifndef ENGINE_MACHINE_JSON_OWN_H
#define ENGINE_MACHINE_JSON_OWN_H

#include <jansson.h>

/* `program` of run.json: version and digest of this program. New. */
json_t *program_json(void);

/* `host` of run.json. Takes `waited`, the shares of time that tasks waited;
 * NULL: left out. New. */
json_t *host_json(json_t *waited);

#endif

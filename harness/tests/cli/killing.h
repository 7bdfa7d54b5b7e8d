/* killing.h - for tests of killed runs: start a run, follow its progress,
 * kill a process of the three, look for anything left.
 *
 * All processes of a run have the --out folder in the command line.
 */
#ifndef TESTS_CLI_KILLING_H
#define TESTS_CLI_KILLING_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/clk.h"
#include "node/node.h"
#include "support/both_modes.h"

enum victim { OUTER, KEEPER, ENGINE };
enum { VICTIMS = ENGINE + 1 };

extern const char *const victim_names[VICTIMS];

/* Time allowed for all processes to end after a kill. */
extern const int64_t leave_us;
extern const int64_t patience_us;

struct killing {
    char out[64]; /* --out; see killing_done() */
    enum sandbox mode;
    char *run;    /* the run folder; NULL: not made yet */
    char *before; /* as returned by surroundings() */
    pid_t outer;  /* -1: reaped */
    int wait_status;
    int voice; /* pipe with the lines of --json */
    char line[65536];
    size_t len;
    json_t *heard; /* the last line as JSON */
    char phase[32];
};

/* ---- looking around ------------------------------------------------------ */

/* The content of /proc/PID/WHAT, new, with the length; NULL: not readable. */
char *text_of_proc(const char *pid, const char *what, size_t *len);

/* True if a process belongs to the run, by command line, environment or
 * working directory. */
bool is_marked(const char *pid, const char *mark);

/* Count the processes of the run, and put the first into `who`. */
int count_left(const struct killing *k, char *who, size_t size);

/* Mounts and network interfaces of the test process, as text; new. */
char *surroundings(void);

/* The JSON file `name` of the run folder; new. NULL: not readable. */
json_t *json_of(const struct killing *k, const char *name);

/* True if the address range of the run is still leased:
 * "@ordeal/127.90.145.0" among the Unix sockets, computed from the address
 * of any node. */
bool lease_is_held(const struct killing *k);

/* ---- the run ------------------------------------------------------------- */

/* Start `ordeal run` of a scenario with a seed, and read the progress by
 * --json. */
void killing_start(struct killing *k, enum sandbox mode, const char *scenario,
                   uint64_t seed);

/* Set k->run if the run folder is there. */
void find_run(struct killing *k);

/* For await_line(): a line of progress with records acknowledged, or with a
 * fault landed. */
bool has_sent(const json_t *line);
bool has_landed(const json_t *line);

/* Read lines of progress up to a line accepted by `is_it`, or up to a phase;
 * fails after patience_us. */
void await_line(struct killing *k, bool (*is_it)(const json_t *));
void await_phase(struct killing *k, const char *phase);

/* Let the run go on for a while, reading the progress. */
void let_run(struct killing *k, int64_t for_us);

/* The pid of a process of the run; -1: not started yet, or ended. */
pid_t pid_of(const struct killing *k, enum victim victim);

int is_over(void *ctx, struct err *err);

/* Kill a process of the run. All processes must end within leave_us. False:
 * no process of the kind ran. */
bool kill_one(struct killing *k, enum victim victim);

/* Fail if the run left mounts, network interfaces or a lease. */
void nothing_is_left(const struct killing *k);

/* Run `ordeal verify RUN`. Returns the exit code; *ret: verify.json, new, or
 * NULL. */
int verify(const struct killing *k, json_t **ret);

/* Free all parts of `k`; remove the --out folder. */
void killing_done(struct killing *k);

#endif

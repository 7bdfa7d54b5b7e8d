/* spawned.h - ordeal as a child process of a test, with a folder of its own:
 * exit code, output, and evidence. */
#ifndef TESTS_CLI_SPAWNED_H
#define TESTS_CLI_SPAWNED_H

#include <jansson.h>
#include <sys/types.h>

struct spawned {
    pid_t pid;
    char dir[32];  /* folder for everything, removed by spawned_done() */
    char out[48];  /* for --out; not made */
    char said[48]; /* file with standard output and standard error */
};

/* Make the folder; remove the folder with its content. */
void spawned_init(struct spawned *s);
void spawned_done(struct spawned *s);

/* Start `ordeal` with the given arguments (NULL-terminated) in s->dir. The
 * child is killed when the test ends. */
void spawned_start(struct spawned *s, const char *const *args);

/* Wait for the end. Returns the exit code, or 128 and the number of a
 * signal. Fails the test after `seconds`. */
int spawned_wait(struct spawned *s, int seconds);

/* The output so far; new. */
char *spawned_text(const struct spawned *s);

/* The only run folder, new; NULL: none yet. */
char *spawned_folder(const struct spawned *s);

/* run.json of the only run; new. */
json_t *spawned_evidence(const struct spawned *s);

#endif

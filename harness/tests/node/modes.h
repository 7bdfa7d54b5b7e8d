/* modes.h - for the sandbox tests: both modes (namespaces and fallback), a run
 * around a function, and the test program itself as the program of a node.
 *
 * Started as /proc/self/exe --node WHAT ARGUMENT FOLDER, the test program is a
 * node's process and runs no test. WHAT: "serve" ADDRESS (serve() below),
 * "dial" ADDRESS (print the answer of serve()), "family" (fork a child, which
 * outlives its parent; ARGUMENT "away": in a session of its own), or another
 * word: wait for a signal.
 */
#ifndef TESTS_NODE_MODES_H
#define TESTS_NODE_MODES_H

#include <stdbool.h>
#include <stdio.h>

#include "base/clk.h"
#include "node/node.h"
#include "support/both_modes.h"
#include "support/claim.h"

enum { PORT = 7007, PATIENCE_US = 20 * US_PER_S };

/* ---- the node's side ----------------------------------------------------- */

/* Ask the process that serves `address`, for up to 2 s. Returns 0 with the
 * caller's own address, as the server sees the caller, in `out`; or a negative
 * errno: not reached. */
int dial(const char *address, char *out, size_t size);

/* ---- the engine's side --------------------------------------------------- */

/* The argument of a test's engine function. */
struct stage {
    enum sandbox mode;
    char dir[64];      /* the run's work folder */
    int news, ears;    /* engine to test */
    int voice, orders; /* test to engine */
    int scene;         /* number of a test case */
    struct keeper *keeper;
};

/* Start the test program as the process of node `name`, doing `what`, with its
 * output in DIR/NAME.log. Returns 0 or negative errno. */
int start_as(struct nodes *n, const struct stage *s, const char *name,
             const char *what, const char *arg, struct err *err);

/* Engine: tell the test that the nodes are in place, with a fact of up to 63
 * bytes to check. */
int report(const struct stage *s, const char *fact);

/* Engine: wait for order() of the test. */
void await_order(const struct stage *s);

struct awaited_state {
    struct nodes *nodes;
    const char *name;
    enum node_state state;
};

/* Engine: wait until node `name` is in the state, or until serve() answers at
 * `address`, for up to PATIENCE_US. Returns 0 or negative errno. */
int await_state(struct nodes *n, const char *name, enum node_state state,
                struct err *err);
int await_served(const char *address, struct err *err);

/* ---- the test's side ----------------------------------------------------- */

/* Make the folder and the pipes of a run; start a keeper with `engine_main` as
 * engine and the stage as its argument; end the keeper, check that the files
 * inside belong to the user of the test, and remove the folder. */
void stage_open(struct stage *s, enum sandbox mode);
void stage_start(struct stage *s, int (*engine_main)(struct nodes *, void *));
void stage_close(struct stage *s);

/* Test: wait for report() of the engine. */
void hear(const struct stage *s, char text[64]);

/* Test: let the engine go on from await_order(). */
void order(const struct stage *s);

/* Run `engine_main` as an engine from stage_open() to stage_close(); fails
 * unless `engine_main` returns 0. */
void act(enum sandbox mode, int (*engine_main)(struct nodes *, void *));

/* The number of processes with the stage's folder in the command line. */
int count_marked(const struct stage *s);

#endif

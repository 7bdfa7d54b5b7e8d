/* memory.h - what a program does when memory is out: it ends.
 *
 * Who could go on without would leave something out, and a verdict over less
 * than there was may be a pass that is not true. So a program of ours either
 * returns -ENOMEM up to its end, or aborts; and what libraries would pass over
 * in silence, it does not let them.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

/* At the beginning of main(): from now on a JSON value that cannot be had
 * aborts, and who aborts or goes astray (as libfyaml 0.7 does without memory)
 * says first, on stderr, that nothing is judged. This process then exits with
 * OUTCOME_INCONCLUSIVE; one that it has forked dies of the signal, for its
 * parent to tell. */
void memory_or_die(void);

#endif

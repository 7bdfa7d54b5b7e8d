/* program.h - our programs as children of a test. The kernel kills the children
 * when the test dies.
 */
#ifndef SUPPORT_PROGRAM_H
#define SUPPORT_PROGRAM_H

#include <stdio.h>
#include <sys/types.h>

/* Start BUILD_DIR/argv[0]. *ret_out reads the standard output (the caller
 * closes); standard error is appended to `log` (NULL: the test's standard
 * error). */
pid_t program_start_logged(const char *const *argv, const char *log,
                           FILE **ret_out);
pid_t program_start(const char *const *argv, FILE **ret_out);

/* The port in the next line of output, "NAME 127.0.0.1:PORT"; fails if the line
 * bears another name. */
unsigned port_said(FILE *out, const char *name);

/* Send a signal and wait for the end; returns the wait status. Fails the test
 * after 100 s with the process and the signal, where the time-out of the test
 * runner would name neither. */
int program_end(pid_t pid, int sig);

#endif

/* ordeal_http.h - ordeal-http as a child of a test, on loopback; and a short
 * HTTP client without code shared with ordeal-http.
 */
#ifndef SUPPORT_ORDEAL_HTTP_H
#define SUPPORT_ORDEAL_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ordeal_http {
    pid_t pid;
    unsigned data, control; /* ports */
};

/* Start ordeal-http at free ports, with its log at `log`. The kernel kills the
 * process when the test dies. credential: a file, or NULL. */
struct ordeal_http ordeal_http_start_with(const char *log,
                                          const char *credential);
struct ordeal_http ordeal_http_start(const char *log);

/* Send a signal and wait for the end; returns the wait status. */
int ordeal_http_end(const struct ordeal_http *h, int sig);

/* Connect; reads time out after a minute. Returns a descriptor, or -1: refused.
 * dial_port() connects to loopback. */
int dial_at(const char *address, unsigned port);
int dial_port(unsigned port);

/* Send a request with `more` header lines, each ended by \r\n. Returns whether
 * the request was sent whole. */
bool say(int fd, const char *method, const char *path, const char *more,
         const char *body);

/* Read the whole response into `reply`, ended by NUL; returns the status, or -1
 * for no response. */
int hear(int fd, char *reply, size_t size);

/* Send a request over a new connection; returns the status, or -1. */
int request_with(unsigned port, const char *method, const char *path,
                 const char *more, const char *body, char reply[4096]);

/* POST the body to "/"; returns the status, or -1. */
int post(unsigned port, const char *body);

/* PUT /control; asserts status 200. */
void control(const struct ordeal_http *h, const char *body);

#endif

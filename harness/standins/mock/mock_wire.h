/* mock_wire.h - what goes over the sockets: Kafka's frames, and the JSON line
 * that a connection between ordeal-broker and ordeal-mock begins with.
 *
 * Blocking descriptors. -ECONNRESET: the other side is gone, between frames as
 * in the midst of one; -EMSGSIZE: longer than is allowed.
 */
#ifndef STANDINS_MOCK_MOCK_WIRE_H
#define STANDINS_MOCK_MOCK_WIRE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum {
    LINE_MAX_LEN = 4096,
    FRAME_MAX_LEN = 100 << 20, /* Kafka's socket.request.max.bytes */
};

/* A buffer that is used again for each frame; {0} is empty. */
struct frame {
    uint8_t *data; /* what follows the length */
    size_t len, cap;
};

void frame_done(struct frame *f);

/* Read one. Takes memory as bytes come, not as the length claims. */
MUST_USE int frame_read(int fd, struct frame *f, struct err *err);

/* Write the length and, behind it, the bytes. */
MUST_USE int frame_write(int fd, const void *data, size_t len, struct err *err);

/* One line of JSON, an object; reads nothing that follows it. *ret is new.
 * -EBADMSG: something else. */
MUST_USE int json_line_read(int fd, json_t **ret, struct err *err);

MUST_USE int json_line_write(int fd, const json_t *line, struct err *err);

/* A stream socket at `path`; a left-over one there is replaced. Owned fd. */
MUST_USE int unix_listen(const char *path, int *ret_fd, struct err *err);
MUST_USE int unix_dial(const char *path, int *ret_fd, struct err *err);

/* To 127.0.0.1; owned fd. */
MUST_USE int loopback_dial(uint16_t port, int *ret_fd, struct err *err);

#endif

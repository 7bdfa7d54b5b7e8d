/* mock_wire.h - Kafka frames, and the JSON line at the beginning of a
 * connection between ordeal-broker and ordeal-mock.
 *
 * All descriptors block. -ECONNRESET: the peer has closed the connection,
 * between frames or within a frame. -EMSGSIZE: longer than allowed.
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

/* A buffer, reused for each frame. {0} is empty. */
struct frame {
    uint8_t *data; /* the frame without its length */
    size_t len, cap;
};

/* Frees the buffer; empty again. */
void frame_done(struct frame *f);

/* Read one frame. Memory grows with the bytes received, so a wrong length
 * claims none. */
MUST_USE int frame_read(int fd, struct frame *f, struct err *err);

/* Write a frame of the `len` bytes at `data`. */
MUST_USE int frame_write(int fd, const void *data, size_t len, struct err *err);

/* Read one line, a JSON object, and no byte behind the line. *ret is new.
 * -EBADMSG: not a JSON object. */
MUST_USE int json_line_read(int fd, json_t **ret, struct err *err);

/* Write `line` in compact form, and a newline. */
MUST_USE int json_line_write(int fd, const json_t *line, struct err *err);

/* A stream socket listening at `path`, or connected to `path`. unix_listen()
 * replaces a socket left there. The caller closes *ret_fd. */
MUST_USE int unix_listen(const char *path, int *ret_fd, struct err *err);
MUST_USE int unix_dial(const char *path, int *ret_fd, struct err *err);

#endif

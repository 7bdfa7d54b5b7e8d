/* http_rows.c - the log of requests: opened, mended, appended to. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "standins/http/http_program.h"

static void count(struct sink *s, const struct request_row *row)
{
    s->next_number = row->number + 1;
    if (!request_accepted(row)) {
        s->refused++;
        return;
    }
    s->accepted++;
    s->bytes += row->body_len;
}

/* Count the rows below `size`; *ret_end is the end of the last whole row. */
static int scan(struct sink *s, int64_t size, int64_t *ret_end, struct err *err)
{
    int64_t at = 0;

    while (at + (int64_t)sizeof(struct request_row) <= size) {
        struct request_row row;
        ssize_t n = pread(s->log_fd, &row, sizeof(row), at);

        if (n < 0)
            return err_errno(err, "%s", s->log_path);
        if (n != sizeof(row) || !request_row_valid(&row))
            return err_set(err, -EBADMSG,
                           "%s: no row of a request at byte %lld", s->log_path,
                           (long long)at);
        if (request_row_len(&row) > (uint64_t)(size - at))
            break;
        count(s, &row);
        at += (int64_t)request_row_len(&row);
    }
    *ret_end = at;
    return 0;
}

int sink_log_open(struct sink *s, const char *path, struct err *err)
{
    struct stat st;
    int64_t end = 0;
    int rc;

    s->log_path = path;
    s->log_fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (s->log_fd < 0)
        return err_errno(err, "%s", path);
    if (flock(s->log_fd, LOCK_EX | LOCK_NB) < 0)
        return err_set(err, -EBUSY, "%s: another process writes to it", path);
    if (fstat(s->log_fd, &st) < 0)
        return err_errno(err, "%s", path);
    rc = scan(s, st.st_size, &end, err);
    if (rc < 0)
        return rc;
    if (end < st.st_size && ftruncate(s->log_fd, end) < 0)
        return err_errno(err, "%s: taking off a torn row", path);
    return 0;
}

int sink_log_append(struct sink *s, struct request_row *row, struct err *err)
{
    row->number = s->next_number;
    row->wall_us = clk_wall_us();
    row->monotonic_us = clk_monotonic_us();
    row->head_crc = request_head_crc(row);
    if (write_all(s->log_fd, row, request_row_len(row), err) < 0)
        return err_context(err, "%s", s->log_path);
    count(s, row);
    return 0;
}

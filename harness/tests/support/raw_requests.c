/* raw_requests.c - Kafka requests made by hand. */
#include "support/raw_requests.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void answer_done(struct answer *a)
{
    free(a->data);
    *a = (struct answer){0};
}

void request_send(int fd, int16_t key, int16_t version,
                  const struct writer *body)
{
    struct writer w = {0};

    put_i32(&w, (int32_t)(8 + 2 + 4 + (body ? body->len : 0)));
    put_i16(&w, key);
    put_i16(&w, version);
    put_i32(&w, 4711);
    put_string(&w, "test");
    if (body)
        put_raw(&w, body->data, body->len);
    ck_assert_int_eq(send(fd, w.data, w.len, MSG_NOSIGNAL), (ssize_t)w.len);
    writer_done(&w);
}

struct answer answer_read(int fd)
{
    struct answer a = {0};
    uint32_t head;
    size_t len;

    if (recv(fd, &head, sizeof(head), MSG_WAITALL) != sizeof(head))
        return a;
    len = ntohl(head);
    a.data = malloc(len + 1);
    ck_assert_ptr_nonnull(a.data);
    ck_assert_int_eq(recv(fd, a.data, len, MSG_WAITALL), (ssize_t)len);
    a.body = reader_of(a.data, len);
    ck_assert_int_eq(get_i32(&a.body), 4711);
    return a;
}

struct answer ask(int fd, int16_t key, int16_t version, struct writer *body)
{
    struct answer a;

    request_send(fd, key, version, body);
    if (body)
        writer_done(body);
    a = answer_read(fd);
    ck_assert_ptr_nonnull(a.data);
    return a;
}

int16_t topic_make(int fd, const char *name, int partitions, int replicas)
{
    struct writer w = {0};
    struct answer a;
    int16_t code;

    put_i32(&w, 1);
    put_string(&w, name);
    put_i32(&w, partitions);
    put_i16(&w, replicas);
    put_i32(&w, 0); /* assignments */
    put_i32(&w, 0); /* configs */
    put_i32(&w, 1000);
    a = ask(fd, 19, 0, &w);
    ck_assert_int_eq(get_i32(&a.body), 1);
    (void)get_string(&a.body);
    code = get_i16(&a.body);
    ck_assert(!a.body.bad);
    answer_done(&a);
    return code;
}

void join_send(int fd, const struct membership *m, int session_ms)
{
    struct writer w = {0};

    put_string(&w, m->group);
    put_i32(&w, session_ms);
    put_i32(&w, 5000); /* rebalance timeout */
    put_string(&w, m->id ? m->id : "");
    put_string(&w, "consumer");
    put_i32(&w, 1);
    put_string(&w, "range");
    put_bytes(&w, "\1\2\3", 3);
    request_send(fd, 11, 2, &w);
    writer_done(&w);
}

int16_t joined(int fd, struct membership *m)
{
    struct answer a = answer_read(fd);
    char *leader;
    int16_t code;

    ck_assert_ptr_nonnull(a.data);
    (void)get_i32(&a.body); /* throttle_time_ms */
    code = get_i16(&a.body);
    m->generation = get_i32(&a.body);
    (void)get_string(&a.body); /* protocol name */
    leader = bytes_copy(get_string(&a.body));
    free(m->id);
    m->id = bytes_copy(get_string(&a.body));
    ck_assert(!a.body.bad);
    m->leads = strcmp(leader, m->id) == 0;
    free(leader);
    answer_done(&a);
    return code;
}

int16_t sync_group(int fd, const struct membership *m, const char *assignment)
{
    struct writer w = {0};
    struct answer a;
    int16_t code;

    put_string(&w, m->group);
    put_i32(&w, m->generation);
    put_string(&w, m->id);
    put_i32(&w, m->leads ? 1 : 0);
    if (m->leads) {
        put_string(&w, m->id);
        put_bytes(&w, assignment, (int32_t)strlen(assignment));
    }
    a = ask(fd, 14, 1, &w);
    (void)get_i32(&a.body);
    code = get_i16(&a.body);
    if (code == 0 && m->leads)
        ck_assert(bytes_are(get_bytes(&a.body), assignment));
    ck_assert(!a.body.bad);
    answer_done(&a);
    return code;
}

int16_t heartbeat(int fd, const struct membership *m)
{
    struct writer w = {0};
    struct answer a;
    int16_t code;

    put_string(&w, m->group);
    put_i32(&w, m->generation);
    put_string(&w, m->id);
    a = ask(fd, 12, 0, &w);
    code = get_i16(&a.body);
    ck_assert(!a.body.bad);
    answer_done(&a);
    return code;
}

int16_t commit_offset(int fd, const struct membership *m, const char *topic,
                      int64_t offset)
{
    struct writer w = {0};
    struct answer a;
    int16_t code;

    put_string(&w, m->group);
    put_i32(&w, m->generation);
    put_string(&w, m->id ? m->id : "");
    put_i64(&w, -1); /* retention time */
    put_i32(&w, 1);
    put_string(&w, topic);
    put_i32(&w, 1);
    put_i32(&w, 0);
    put_i64(&w, offset);
    put_string(&w, "why");
    a = ask(fd, 8, 2, &w);
    ck_assert_int_eq(get_i32(&a.body), 1);
    (void)get_string(&a.body);
    ck_assert_int_eq(get_i32(&a.body), 1);
    (void)get_i32(&a.body);
    code = get_i16(&a.body);
    ck_assert(!a.body.bad);
    answer_done(&a);
    return code;
}

int64_t committed_offset(int fd, const char *group, const char *topic)
{
    struct writer w = {0};
    struct answer a;
    int64_t offset;

    put_string(&w, group);
    put_i32(&w, 1);
    put_string(&w, topic);
    put_i32(&w, 1);
    put_i32(&w, 0);
    a = ask(fd, 9, 1, &w);
    (void)get_i32(&a.body);
    (void)get_string(&a.body);
    (void)get_i32(&a.body);
    (void)get_i32(&a.body);
    offset = get_i64(&a.body);
    ck_assert(!a.body.bad);
    answer_done(&a);
    return offset;
}

/* answer.c - a server that answers with the input. */
#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/own.h"
#include "fuzz/fuzz.h"

static int listener = -1, port;
static sem_t answered;
static const void *answer;
static size_t answer_len;

static void send_answer(int fd)
{
    const char *at = answer;
    size_t left = answer_len;
    char request[4096];

    if (recv(fd, request, sizeof(request), 0) <= 0)
        return;
    while (left > 0) {
        ssize_t n = send(fd, at, left, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        at += n;
        left -= (size_t)n;
    }
}

/* Read until the client closes: closing a socket with unread bytes sends a
 * reset, and a reset would tear an answer without an end. */
static void *serve(void *ctx)
{
    char rest[512];

    for (;;) {
        AUTO_FD int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        assert(fd >= 0);
        send_answer(fd);
        (void)shutdown(fd, SHUT_WR);
        while (recv(fd, rest, sizeof(rest), 0) > 0)
            ;
        (void)sem_post(&answered);
    }
    return ctx;
}

static void begin(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    pthread_t thread;
    int rc;

    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    rc = sem_init(&answered, 0, 0);
    assert(rc == 0 && listener >= 0);
    rc = bind(listener, (struct sockaddr *)&at, sizeof(at));
    assert(rc == 0);
    rc = listen(listener, 8);
    assert(rc == 0);
    rc = getsockname(listener, (struct sockaddr *)&at, &len);
    assert(rc == 0);
    port = ntohs(at.sin_port);
    rc = pthread_create(&thread, NULL, serve, NULL);
    assert(rc == 0);
    (void)pthread_detach(thread);
}

int answer_with(const void *data, size_t len)
{
    answer = data;
    answer_len = len;
    if (listener < 0)
        begin();
    return port;
}

void answer_settle(void)
{
    while (sem_wait(&answered) < 0)
        ;
}

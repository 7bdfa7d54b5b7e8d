/* ordeal_mock.h - ordeal-mock and its ordeal-broker processes as children of a
 * test, on loopback. The kernel kills the children when the test dies.
 */
#ifndef SUPPORT_ORDEAL_MOCK_H
#define SUPPORT_ORDEAL_MOCK_H

#include <sys/types.h>

enum { MOCK_BROKERS_MAX = 4 };

struct ordeal_mock {
    char folder[32], socket[48];
    char bootstrap[128]; /* addresses of the listener "client" */
    pid_t pid;
    int brokers_len;
    struct mock_broker {
        pid_t pid;                   /* 0: ended */
        unsigned client, observer;   /* ports */
    } brokers[MOCK_BROKERS_MAX + 1]; /* index: number, from 1 */
};

/* Start a broker at its former ports, or for the first time at free ports. */
void broker_start(struct ordeal_mock *m, int number);

/* Connect to the broker at `port` of loopback; reads time out after 20 s. The
 * caller closes the descriptor. */
int broker_dial(unsigned port);

/* Number of brokers known to the broker at `port`, by a Metadata request
 * (version 1) for no topics; -1: no response. */
int brokers_known(unsigned port);

/* Wait until the broker at `port` knows `count` brokers; fails after 40 s. */
void await_brokers(unsigned port, int count);

/* Start a mock with `brokers` brokers, and wait until all are registered.
 * session_ms: a broker without heartbeat for so long is dead (1500 in
 * ordeal_mock_start()). */
void ordeal_mock_start_with(struct ordeal_mock *m, int brokers, int session_ms);
void ordeal_mock_start(struct ordeal_mock *m, int brokers);

/* Send a signal to a broker, and unless SIGSTOP or SIGCONT wait for its end. */
void broker_signal(struct ordeal_mock *m, int number, int sig);

/* End the mock by SIGTERM and check its exit status; the brokers then end by
 * themselves, with exit status 1. */
void ordeal_mock_end(struct ordeal_mock *m);

#endif

/* fake_connect.h - a fake of a worker's REST API, with the connector "shop".
 *
 * A thread of the test answers HTTP, so the tests use the real REST client. All
 * state is in `w.shop`, behind `w.lock`.
 */
#ifndef TESTS_FAULT_FAKE_CONNECT_H
#define TESTS_FAULT_FAKE_CONNECT_H

/* Restarts parts `first` to `last` of the connector (0: the connector, 1: task
 * 0): each part writes two status records, and all parts are UNASSIGNED at the
 * next look. */
void disturb(int first, int last);

/* Sets the target state of the connector; a change restarts all parts. */
void set_target(const char *target);

/* Start and stop the thread, and the client in w.field.connect. */
void connect_begin(void);
void connect_end(void);

#endif

/* bound_text.h - binds the text of a scenario, for tests of plans. */
#ifndef TESTS_PLAN_BOUND_TEXT_H
#define TESTS_PLAN_BOUND_TEXT_H

#include "plan/plan.h"

#define HEAD                                                                   \
    "name: x\n"                                                                \
    "platform: {kind: local}\n"
#define SINK                                                                   \
    "endpoints:\n"                                                             \
    "  shop: {kind: http}\n"                                                   \
    "connectors:\n"                                                            \
    "  orders-to-shop: {config: {connector.class: a.B, topics: orders, "       \
    "http.url: \"${shop.url}\"}}\n"
#define FLOW                                                                   \
    "topics:\n"                                                                \
    "  orders: {partitions: 4}\n"                                              \
    "load: {into: orders}\n"                                                   \
    "flow: orders -> orders-to-shop -> shop\n"

/* Of the last bind_over(); `doc` and `plan` last until teardown(). */
extern char file[64]; /* the path that the scenario was loaded from */
extern struct doc *doc;
extern struct plan plan;

/* Load the text as a scenario file and bind the document, with overrides or
 * without; complaints stay in `doc`. bound() fails the test on a complaint. */
void bind_over(const char *text, const struct plan_overrides *over);
void bind_text(const char *text);
void bound(const char *text);

void teardown(void);

#endif

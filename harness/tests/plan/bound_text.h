/* bound_text.h - the text of a scenario, bound: tests of the plan begin so. */
#ifndef TESTS_PLAN_BOUND_TEXT_H
#define TESTS_PLAN_BOUND_TEXT_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "plan/plan.h"
#include "support/suite.h"

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

static char file[64];
static struct doc *doc;
static struct plan plan;

static inline void bind_over(const char *text,
                             const struct plan_overrides *over)
{
    struct err err = {0};
    FILE *f;
    int fd;

    (void)snprintf(file, sizeof(file), "/tmp/ordeal-plan-XXXXXX");
    fd = mkstemp(file);
    ck_assert_int_ge(fd, 0);
    f = fdopen(fd, "w");
    ck_assert_ptr_nonnull(f);
    (void)fputs(text, f);
    (void)fclose(f);
    ck_assert_msg(doc_load(file, NULL, 0, &doc, &err) == 0, "%s", err.text);
    (void)unlink(file);
    plan_bind(doc, over, &plan);
}

static inline void bind_text(const char *text)
{
    const struct plan_overrides none = {0};

    bind_over(text, &none);
}

static inline void bound(const char *text)
{
    bind_text(text);
    ck_assert_msg(doc_complaints(doc) == 0, "%s", doc_complaint(doc, 0));
}

static inline void teardown(void)
{
    plan_done(&plan);
    doc_free(doc);
}

#endif

/* mock_news.c - fetches that wait for news of their topics. */
#include "base/clk.h"
#include "base/cond.h"
#include "standins/mock/mock_cluster.h"

/* On the stack of the waiting thread. */
struct waiter {
    struct waiter *before, *next;
    pthread_cond_t wake;
    struct topic *const *topics;
    size_t topics_len;
};

static bool waits_for(const struct waiter *w, const struct topic *t)
{
    for (size_t i = 0; i < w->topics_len; i++)
        if (w->topics[i] == t)
            return true;
    return false;
}

/* The news grow before the lock is taken: a waiter that looks at the news under
 * the lock either sees the new number or is in the list to be woken. */
void cluster_news(struct cluster *c, struct topic *t)
{
    atomic_fetch_add(&t->news, 1);
    pthread_mutex_lock(&c->waits);
    for (struct waiter *w = c->waiters; w; w = w->next)
        if (waits_for(w, t))
            pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&c->waits);
}

void cluster_stop(struct cluster *c)
{
    pthread_mutex_lock(&c->waits);
    c->stopping = true;
    for (struct waiter *w = c->waiters; w; w = w->next)
        pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&c->waits);
}

uint64_t news_of(struct topic *const *topics, size_t topics_len)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < topics_len; i++)
        sum += atomic_load(&topics[i]->news);
    return sum;
}

static void enter(struct cluster *c, struct waiter *w)
{
    w->next = c->waiters;
    if (w->next)
        w->next->before = w;
    c->waiters = w;
}

static void leave(struct cluster *c, struct waiter *w)
{
    if (w->before)
        w->before->next = w->next;
    else
        c->waiters = w->next;
    if (w->next)
        w->next->before = w->before;
}

bool cluster_wait_news(struct cluster *c, struct topic *const *topics,
                       size_t topics_len, uint64_t seen, int64_t until_us)
{
    struct waiter w = {.topics = topics, .topics_len = topics_len};
    bool late = false;
    bool news;

    cond_init(&w.wake);
    pthread_mutex_lock(&c->waits);
    enter(c, &w);
    while (!c->stopping && !late && news_of(topics, topics_len) == seen)
        late = !cond_wait_until(&w.wake, &c->waits, until_us);
    news = !c->stopping && news_of(topics, topics_len) != seen;
    leave(c, &w);
    pthread_mutex_unlock(&c->waits);
    pthread_cond_destroy(&w.wake);
    return news;
}

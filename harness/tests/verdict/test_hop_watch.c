/* When a hop that is waited for has drained, and when it has stalled. */
#include <string.h>

#include "base/clk.h"
#include "support/suite.h"
#include "verdict/hop_watch.h"

/* One letter a second: '-' nothing moves, 'm' it does; upper case or '+': it
 * has caught up; 'u', 'U': nothing moves, and upstream is at work. */
static struct hop_watch watched(const char *story)
{
    struct hop_watch w = hop_watch_begun(0);
    uint64_t moved = 0;

    for (int64_t t = 1; *story; story++, t++) {
        moved += *story == 'm' || *story == 'M';
        hop_watch_note(&w, &(struct hop_glance){
                               .now_us = t * US_PER_S,
                               .moved = moved,
                               .caught_up = strchr("M+U", *story) != NULL,
                               .upstream_settled = !strchr("uU", *story),
                               .stall_us = 3 * US_PER_S,
                           });
    }
    return w;
}

static const struct {
    const char *what, *story;
    bool stalled;
    int64_t done_s; /* -1: not */
} rows[] = {
    {"it moves", "mmmmmm", false, -1},
    {"it stands, not for long", "mm--", false, -1},
    {"it stalls", "mm---", true, -1},
    {"it catches up", "mmM+++++", false, 3},
    {"it catches up, and there is more", "mM+--", true, -1},
    {"it moves again after a stall", "m----m", false, -1},
    {"and stalls again", "m----m---", true, -1},
    {"it catches up after a stall", "m----M+", false, 6},
    {"what it waits for was only a commit", "m---+", false, 5},
    {"upstream is at work", "muuuuuu", false, -1},
    {"done, but upstream is at work", "mUUUU", false, -1},
};

START_TEST(a_hop_is_watched)
{
    struct hop_watch w = watched(rows[_i].story);

    ck_assert_msg(w.stalled == rows[_i].stalled, "%s", rows[_i].what);
    ck_assert_msg(w.done_at_us ==
                      (rows[_i].done_s < 0 ? -1 : rows[_i].done_s * US_PER_S),
                  "%s: %lld", rows[_i].what, (long long)w.done_at_us);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_hop_is_watched, 0,
                        sizeof(rows) / sizeof(rows[0]));
}

SUITE_MAIN("hop_watch", fill)

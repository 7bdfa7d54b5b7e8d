/* may_go_on.c - whether the run may go on: Ctrl-C, clock, disk, descriptors. */
#include "engine/may_go_on_own.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "base/room.h"
#include "base/stop.h"
#include "base/units.h"
#include "engine/standing_own.h"
#include "engine/tell_own.h"
#include "verdict/outside.h"

#define ROOM_PATH   "%s/work/room"
#define ROOM_NEEDED (UINT64_C(32) << 20)
#define ROOM_KEPT   (UINT64_C(8) << 20)

static void on_signal(int sig)
{
    (void)sig;
    stop_ask();
}

void run_watch_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal};

    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
}

bool run_interrupted(void)
{
    return stop_asked();
}

int run_disk_has_room(const struct run *r, struct err *err)
{
    return room_left(r->given.spec->dir, ROOM_NEEDED,
                     "a run needs 32 MiB at any time and far more for brokers' "
                     "data",
                     err);
}

/* Polling free space can come too late. So 8 MiB are reserved in a file now,
 * and the file is deleted when every writer has stopped: run.json fits into 8
 * MiB.
 */
int run_keep_room(const struct run *r, struct err *err)
{
    AUTO_FREE char *path = path_of(ROOM_PATH, r->given.spec->dir);

    return r->given.spec->verify_only ? 0 : room_keep(path, ROOM_KEPT, err);
}

void run_give_room(const char *dir)
{
    AUTO_FREE char *path = path_of(ROOM_PATH, dir);

    (void)unlink(path);
}

bool run_clock_was_set(struct run *r)
{
    int64_t apart =
        clk_wall_us() - r->given.spec->began_wall_us - clk_now(&r->world.clk);

    if (r->given.spec->verify_only || r->facts.clock_set ||
        !clock_is_set(apart))
        return r->facts.clock_set;
    r->facts.clock_set = true;
    run_not_judged(r,
                   "what the wall clock says: it was set by %+.1fs while the "
                   "run went on",
                   (double)apart / US_PER_S);
    return true;
}

bool run_is_late(const struct run *r)
{
    return clk_now(&r->world.clk) > r->given.plan->scenario.timeouts.run_us;
}

int run_may_go_on(struct run *r, struct err *err)
{
    (void)run_clock_was_set(r);
    if (run_interrupted())
        return err_set(err, -EINTR, "interrupted in phase %s",
                       run_phase_name(r));
    if (run_is_late(r)) {
        char run[UNITS_TEXT_MAX];

        duration_write(r->given.plan->scenario.timeouts.run_us, run);
        return err_set(err, -ETIMEDOUT,
                       "the whole run took longer than timeouts.run, %s", run);
    }
    if (run_disk_has_room(r, err) < 0) {
        r->told.full = true; /* the caller makes err a reason */
        return err->code;
    }
    if (run_can_look(err) < 0)
        return err->code;
    return run_all_stand(r, err);
}

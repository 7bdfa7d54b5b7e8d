/* sandbox_http.c - an http endpoint as a node, in both modes: senders,
 * behaviours, and a kill in between. */
#include "support/station.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "base/units.h"
#include "endpoint/http_endpoint.h"
#include "support/both_modes.h"
#include "support/claim.h"
#include "support/ordeal_http.h"

enum { PORT = 18480, PATIENCE_US = 20 * US_PER_S };

static const struct http_settings settings = {.port = PORT};

/* As a node, the test program posts a line: --node ADDRESS TEXT. 0: taken; 1:
 * refused; 2: no answer. Runs before main(), which takes no arguments. */
__attribute__((constructor)) static void become_node(int argc, char **argv)
{
    char reply[4096];
    int fd, status = -1;

    if (argc < 4 || strcmp(argv[1], "--node") != 0)
        return;
    fd = dial_at(argv[2], PORT);
    if (fd >= 0 && say(fd, "POST", "/", "", argv[3]))
        status = hear(fd, reply, sizeof(reply));
    _exit(status == 200 ? 0 : status < 0 ? 2 : 1);
}

struct node_of {
    struct nodes *nodes;
    const char *name;
};

static int has_ended(void *ctx, struct err *err)
{
    const struct node_of *n = ctx;
    struct node_status st;
    int rc = node_status(n->nodes, n->name, &st, err);

    return rc < 0 ? rc : st.state == NODE_ENDED;
}

static int await_end(struct nodes *nodes, const char *name, struct err *err)
{
    struct node_of n = {nodes, name};

    return wait_until(&real, has_ended, &n, 5000, clk_now(&real) + PATIENCE_US,
                      name, err);
}

/* Let `worker` post `text`; returns the exit code, or < 0. */
static int post_as(struct nodes *nodes, const char *worker, const char *address,
                   const char *text, struct err *err)
{
    AUTO_FREE char *log = path_of("%s/%s.log", dir, worker);
    AUTO_FREE char *at = path_of("%s", address);
    AUTO_FREE char *line = path_of("%s", text);
    char *argv[] = {(char *)"/proc/self/exe", (char *)"--node", at, line, NULL};
    char *env[] = {NULL};
    const struct node_process p = {
        .name = worker, .argv = argv, .env = env, .cwd = dir, .log_path = log};
    struct node_status st;
    pid_t pid;
    int rc = node_start(nodes, &p, &pid, err);

    if (rc == 0)
        rc = await_end(nodes, worker, err);
    if (rc == 0)
        rc = node_status(nodes, worker, &st, err);
    return rc < 0 ? rc : WEXITSTATUS(st.wait_status);
}

static int open_shop(struct nodes *nodes, struct endpoint **ret,
                     struct err *err)
{
    const struct endpoint_env env = {
        .name = "shop",
        .settings = &settings,
        .nodes = nodes,
        .work_dir = dir,
        .logs_dir = dir,
        .program_dir = BUILD_DIR "/bin",
        .clk = &real,
    };

    return endpoint_find("http")->open(&env, false, ret, err);
}

static int who_delivered(struct nodes *nodes, struct endpoint *e,
                         char dial[2][NODE_ADDRESS_MAX])
{
    static const char *const names[] = {"worker-1", "worker-2"};
    struct endpoint_counts c;
    struct err err = {0};

    for (int w = 0; w < 2; w++) {
        char again[NODE_ADDRESS_MAX];
        struct heard h = {0};
        struct node_info info;

        CLAIM_OK(node_add(nodes, names[w], &info, &err), &err);
        CLAIM_OK(e->ops->sender(e, w + 1, info.address, dial[w], &err), &err);
        CLAIM_OK(e->ops->sender(e, w + 1, info.address, again, &err), &err);
        CLAIM(strcmp(dial[w], again) == 0);
        CLAIM_OK(post_as(nodes, names[w], dial[w], names[w], &err), &err);
        CLAIM_OK(station_read(e, &h, &err), &err);
        CLAIM(h.last.node == w + 1);
        CLAIM_OK(e->ops->counts(e, &c, &err), &err);
        CLAIM(c.accepted == (uint64_t)w + 1);
    }
    return 0;
}

/* Tell the endpoint; the endpoint then confirms by its own word. */
static int tell(struct endpoint *e, const char *text)
{
    AUTO_JSON json_t *how = json_loads(text, 0, NULL);
    AUTO_JSON json_t *now = NULL;
    struct err err = {0};
    uint64_t applied;

    CLAIM_OK(e->ops->misbehave(e, how, &err), &err);
    CLAIM_OK(e->ops->misbehaving(e, &now, &applied, &err), &err);
    CLAIM(json_equal(now, how));
    return 0;
}

static int misbehaviour(struct nodes *nodes, struct endpoint *e,
                        const char *dial)
{
    static const char bad[] = "{\"answer\": {\"status\": 429,"
                              " \"retry-after\": \"1s\","
                              " \"seed\": 9178336040581070856}}";
    AUTO_JSON json_t *now = NULL;
    struct endpoint_counts c;
    struct err err = {0};
    uint64_t applied;

    CLAIM(tell(e, bad) == 0);
    CLAIM(post_as(nodes, "worker-1", dial, "x", &err) == 1);
    CLAIM_OK(e->ops->misbehaving(e, &now, &applied, &err), &err);
    CLAIM(applied == 1);

    CLAIM_OK(node_signal(nodes, "shop", SIGKILL, &err), &err);
    CLAIM_OK(await_end(nodes, "shop", &err), &err);
    CLAIM(post_as(nodes, "worker-1", dial, "x", &err) == 2);
    CLAIM_OK(e->ops->counts(e, &c, &err), &err);
    CLAIM(c.accepted == 2 && c.refused == 1);
    CLAIM(e->ops->misbehaving(e, &now, &applied, &err) < 0);
    err = (struct err){0};

    CLAIM_OK(e->ops->restart(e, &err), &err);
    CLAIM_OK(e->ops->restart(e, &err), &err);
    CLAIM(post_as(nodes, "worker-1", dial, "x", &err) == 1);
    CLAIM(tell(e, "{}") == 0);
    CLAIM_OK(post_as(nodes, "worker-2", dial, "x", &err), &err);
    CLAIM_OK(e->ops->counts(e, &c, &err), &err);
    CLAIM(c.accepted == 3 && c.refused == 2);
    return 0;
}

/* Every address refuses, also the workers' own addresses, and also after a
 * kill. */
static int down(struct nodes *nodes, struct endpoint *e,
                char dial[2][NODE_ADDRESS_MAX])
{
    AUTO_JSON json_t *now = NULL;
    struct err err = {0};
    uint64_t applied;

    CLAIM(tell(e, "{\"down\": {\"connections\": \"cut\"}}") == 0);
    CLAIM_OK(e->ops->misbehaving(e, &now, &applied, &err), &err);
    CLAIM(applied >= 1);
    CLAIM(post_as(nodes, "worker-1", dial[0], "x", &err) == 2);
    CLAIM(post_as(nodes, "worker-2", dial[1], "x", &err) == 2);
    CLAIM_OK(node_signal(nodes, "shop", SIGKILL, &err), &err);
    CLAIM_OK(await_end(nodes, "shop", &err), &err);
    CLAIM_OK(e->ops->restart(e, &err), &err);
    CLAIM(post_as(nodes, "worker-1", dial[0], "x", &err) == 2);
    CLAIM(tell(e, "{}") == 0);
    CLAIM_OK(post_as(nodes, "worker-1", dial[0], "x", &err), &err);
    CLAIM_OK(post_as(nodes, "worker-2", dial[1], "x", &err), &err);
    return 0;
}

/* Rows of the endpoint and of the program are two tables: the program takes the
 * arguments of each row, all of them, at their defaults. */
static int every_row(struct endpoint *e)
{
    for (const struct behaviour *b = e->ops->behaviours; b->name; b++) {
        AUTO_FREE void *values = calloc(1, b->size + 1);
        AUTO_FREE char *text = NULL;
        AUTO_JSON json_t *how = NULL;

        CLAIM(args_read(b->args, b->args_len, NULL, NULL, "", values) == 0);
        how = json_pack("{s:o}", b->name,
                        args_json(b->args, b->args_len, values));
        text = json_dumps(how, 0);
        CLAIM(tell(e, text) == 0);
    }
    return tell(e, "{}");
}

/* An order without a row changes nothing. */
static int wrong_order(struct endpoint *e)
{
    AUTO_JSON json_t *how = json_pack("{s:{}}", "sulk");
    AUTO_JSON json_t *well = json_object();
    struct err err = {0};

    CLAIM(e->ops->misbehave(e, how, &err) == -EPROTO);
    CLAIM(strstr(err.text, "there is no behaviour") != NULL);
    err = (struct err){0};
    CLAIM_OK(e->ops->misbehave(e, well, &err), &err);
    return 0;
}

static int engine(struct nodes *nodes, void *ctx)
{
    char dial[2][NODE_ADDRESS_MAX];
    struct endpoint *e;
    struct node_status st;
    struct err err = {0};
    int rc;

    (void)ctx;
    CLAIM_OK(open_shop(nodes, &e, &err), &err);
    rc = who_delivered(nodes, e, dial);
    if (rc == 0)
        rc = misbehaviour(nodes, e, dial[0]);
    if (rc == 0)
        rc = down(nodes, e, dial);
    if (rc == 0)
        rc = every_row(e);
    if (rc == 0)
        rc = wrong_order(e);
    e->ops->close(e);
    CLAIM_OK(node_status(nodes, "shop", &st, &err), &err);
    CLAIM(st.state == NODE_ENDED);
    return rc;
}

/* ordeal-http cannot start: the reason is the program's. */
static int engine_without(struct nodes *nodes, void *ctx)
{
    AUTO_FREE char *log = path_of("%s/requests.log", dir);
    struct endpoint *e = NULL;
    struct err err = {0};

    (void)ctx;
    CLAIM_OK(file_print(log, &err, "%0200d", 0), &err);
    CLAIM(open_shop(nodes, &e, &err) < 0);
    CLAIM(strstr(err.text, "endpoint shop: ordeal-http answers: "
                           "it ended with exit code 1; see "));
    return 0;
}

static void run(enum sandbox mode, int (*main_of)(struct nodes *, void *))
{
    const struct keeper_spec spec = {
        .sandbox = mode,
        .work_dir = dir,
        .engine_fd = -1,
        .engine_main = main_of,
    };
    struct keeper *k;
    struct err err = {0};
    int status;

    OK(keeper_start(&spec, &k, &err), err);
    OK(keeper_wait(k, &status, &err), err);
    keeper_end(k);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}

START_TEST(a_sink_is_told_killed_and_known)
{
    run(modes[_i], engine);
}
END_TEST

START_TEST(a_sink_that_cannot_start_says_why)
{
    run(modes[_i], engine_without);
}
END_TEST

static void fill(TCase *tc, int first)
{
    tcase_add_checked_fixture(tc, dir_make, dir_remove);
    tcase_add_loop_test(tc, a_sink_is_told_killed_and_known, first,
                        ARRAY_LEN(modes));
    tcase_add_loop_test(tc, a_sink_that_cannot_start_says_why, first,
                        ARRAY_LEN(modes));
}

BOTH_MODES_MAIN("http endpoint", fill, 120)

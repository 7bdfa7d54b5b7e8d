/* fuzz_past.c - fuzzes the reading of a killed run by `ordeal verify`. The
 * input holds the journal, and behind a line "%%" run.json. A line of the
 * journal that is a JSON object gets the hash that the chain of hashes wants,
 * since no mutation would hit the right hash; other lines stay as they are. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/own.h"
#include "engine/past.h"
#include "fault/fault.h"
#include "fuzz/fuzz.h"

static struct step asked_for[] = {{.path = "timeline[0]"},
                                  {.path = "timeline[1]"}};
static struct connector source = {.name = "s"};
static struct plan_step steps[2];
static struct plan_hop hops[] = {
    {.group = "connect-s", .connector = &source, .by_identities = true}};
static struct plan plan = {
    .steps = steps, .steps_len = 2, .hops = hops, .hops_len = 1};

/* A run folder; its journal and run.json are links to the input. */
static const char *run_folder(void)
{
    static bool made;
    const char *dir = input_folder();
    AUTO_FREE char *journal = path_of("%s/journal.jsonl", dir);
    AUTO_FREE char *run = path_of("%s/run.json", dir);
    AUTO_FREE char *undo = path_of("%s/undo", dir);
    AUTO_FREE char *left = path_of("%s/1.json", undo);
    struct err err = {0};
    int rc;

    if (made)
        return dir;
    rc = symlink(input_file(0, "", 0), journal);
    assert(rc == 0);
    rc = symlink(input_file(1, "", 0), run);
    assert(rc == 0);
    rc = mkdir_all(undo, &err);
    assert(rc == 0);
    rc = file_write(left, "{}", 2, &err);
    assert(rc == 0);
    steps[0] = (struct plan_step){.step = &asked_for[0],
                                  .ops = fault_find("worker_pause")};
    steps[1] = (struct plan_step){.step = &asked_for[1],
                                  .ops = fault_find("worker_kill")};
    made = true;
    return dir;
}

static void write_line(FILE *f, const char *line, size_t len,
                       char before[SHA256_HEX])
{
    AUTO_JSON json_t *o = json_loadb(line, len, 0, NULL);
    AUTO_FREE char *text = NULL;

    if (!json_is_object(o)) {
        (void)fwrite(line, 1, len, f);
        (void)fputc('\n', f);
        return;
    }
    (void)json_object_del(o, "hash");
    (void)json_object_set_new(o, "before", json_string(before));
    text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
    sha256_bytes(text, strlen(text), before);
    (void)fprintf(f, "%.*s,\"hash\":\"%s\"}\n", (int)strlen(text) - 1, text,
                  before);
}

static void write_journal(const char *text, size_t len)
{
    AUTO_FREE char *made = NULL;
    size_t made_len;
    FILE *f = open_memstream(&made, &made_len);
    char before[SHA256_HEX];
    const char *end;

    assert(f);
    memset(before, '0', SHA256_HEX - 1);
    before[SHA256_HEX - 1] = 0;
    for (; (end = memchr(text, '\n', len)); text = end + 1) {
        write_line(f, text, (size_t)(end - text), before);
        len -= (size_t)(end - text) + 1;
    }
    (void)fwrite(text, 1, len, f);
    (void)fclose(f);
    (void)input_file(0, made, made_len);
}

/* Read the run folder as `ordeal verify` does. Where the journal is damaged,
 * each fault must count as applied: the lost lines may have told of the fault,
 * and verify must not call the copies that the fault caused undisturbed. */
static void recall(const char *dir)
{
    AUTO_FREE char *undo = path_of("%s/undo", dir);
    struct clk clk = clk_real();
    struct field field = {.clk = &clk};
    struct timeline_spec spec = {
        .plan = &plan, .field = &field, .undo_dir = undo};
    struct timeline t;
    struct past p;

    past_read(dir, &p);
    timeline_init(&t, &spec);
    past_steps(&p, &t);
    for (size_t i = 0; i < plan.steps_len; i++)
        assert(t.steps[i].applied || !p.damage[0]);
    timeline_done(&t);
    past_done(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const char *dir = run_folder();
    const uint8_t *mark = memmem(data, len, "\n%%\n", 4);
    size_t journal = mark ? (size_t)(mark - data) + 1 : len;

    if (mark)
        (void)input_file(1, mark + 4, len - journal - 3);
    else
        (void)input_file(1, "", 0);
    write_journal((const char *)data, journal);
    recall(dir);
    return 0;
}

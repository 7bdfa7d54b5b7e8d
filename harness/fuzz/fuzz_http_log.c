/* fuzz_http_log.c - the log of ordeal-http, read as the endpoint reads the log.
 * A row with checksum 0 gets the right checksums. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "base/request_log.h"
#include "endpoint/endpoint.h"
#include "endpoint/http_endpoint.h"
#include "fuzz/fuzz.h"

static void mend(char *log, size_t len)
{
    struct request_row row;

    for (size_t at = 0; at + sizeof(row) <= len; at += request_row_len(&row)) {
        memcpy(&row, log + at, sizeof(row));
        if (row.magic != REQUEST_ROW_MAGIC || request_row_len(&row) > len - at)
            return;
        if (row.head_crc == 0) {
            row.tail_crc = crc32c(0, log + at + sizeof(row),
                                  request_row_len(&row) - sizeof(row));
            row.head_crc = request_head_crc(&row);
            memcpy(log + at, &row, sizeof(row));
        }
    }
}

static int note(void *ctx, const struct record *r)
{
    uint64_t *n = ctx;
    unsigned char sum = 0; /* touch every byte: a sanitizer sees bytes out of
                              bounds */

    for (size_t i = 0; i < r->value_len; i++)
        sum ^= ((const unsigned char *)r->value)[i];
    *n += 1 + (sum & 0) + (r->at.partition > 0);
    return 0;
}

static void read_back(struct endpoint *e)
{
    uint64_t taken = 0, refused = 0;
    void *ctxs[] = {&taken};
    struct endpoint_counts counts = {0};
    struct delivery_note *notes = NULL;
    struct err err[4] = {{0}};
    size_t n;
    int rc = e->ops->read(e,
                          &(struct endpoint_read){.threads = 1,
                                                  .each = note,
                                                  .ctxs = ctxs,
                                                  .timeout_us = INT64_MAX / 4},
                          &err[0]);

    assert(e->ops->counts(e, &counts, &err[1]) == rc);
    assert(http_read_refused(e, note, &refused, &err[2]) == rc);
    if (rc == 0)
        assert(counts.accepted == taken && counts.refused == refused);
    if (e->ops->deliveries(e, "t", &notes, &n, &err[3]) == 0)
        for (size_t i = 1; i < n; i++)
            assert(notes[i - 1].time_us <= notes[i].time_us);
    free(notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct http_settings settings = {.port = 8080};
    static bool made;
    struct clk clk = clk_real();
    const char *dir = input_folder();
    AUTO_FREE char *path = path_of("%s/requests.log", dir);
    AUTO_FREE char *log = malloc(len + 1);
    struct endpoint_env env = {.name = "it",
                               .settings = &settings,
                               .work_dir = dir,
                               .logs_dir = dir,
                               .program_dir = dir,
                               .clk = &clk};
    struct endpoint *e;
    struct err err = {0};
    int rc;

    assert(log);
    memcpy(log, data, len);
    mend(log, len);
    rc = made ? 0 : symlink(input_file(0, "", 0), path);
    assert(rc == 0);
    made = true;
    (void)input_file(0, log, len);
    rc = endpoint_find("http")->open(&env, true, &e, &err);
    assert(rc == 0);
    read_back(e);
    endpoint_find("http")->close(e);
    return 0;
}

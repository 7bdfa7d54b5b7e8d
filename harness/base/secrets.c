/* secrets.c - the list of known secrets, and their replacement in texts. */
#include "base/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/match_own.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/secret_forms_own.h"

/* A value longer than PIECE_MAX is looked for in pieces, so a reader of a
 * stream holds back at most some pieces. Each line of at least LINE_LEAST bytes
 * is a piece too, since logs print the lines of a PEM file one by one. */
enum { PIECE_MAX = 2048, LINE_LEAST = 16 };

struct secret {
    char *name, *value, *placeholder;
    size_t len;
};

static struct {
    pthread_rwlock_t lock;
    struct secret *at;
    size_t len;
    struct matcher *matcher; /* NULL: nothing is replaced */
    int fd;                  /* of secrets_keep(); -1: none */
} known = {.lock = PTHREAD_RWLOCK_INITIALIZER, .fd = -1};

static bool is_replaced(const struct secret *s)
{
    return s->len >= SECRET_LEAST;
}

static void add_piece(struct matcher *m, const char *bytes, size_t len,
                      uint32_t id)
{
    char piece[PIECE_MAX + 1];

    memcpy(piece, bytes, len);
    piece[len] = 0;
    secret_forms(m, piece, len, id);
}

static void add_lines(struct matcher *m, const struct secret *s, uint32_t id)
{
    for (size_t at = 0; at < s->len;) {
        const char *end = memchr(s->value + at, '\n', s->len - at);
        size_t len = end ? (size_t)(end - s->value) - at : s->len - at;
        size_t text = len > 0 && s->value[at + len - 1] == '\r' ? len - 1 : len;

        if (end && text >= LINE_LEAST && text <= PIECE_MAX &&
            strncmp(s->value + at, "-----", 5) != 0)
            add_piece(m, s->value + at, text, id);
        at += len + 1;
    }
}

static void add_pieces(struct matcher *m, const struct secret *s, uint32_t id)
{
    for (size_t at = 0; at < s->len; at += PIECE_MAX) {
        size_t len = s->len - at < PIECE_MAX ? s->len - at : PIECE_MAX;

        if (len >= SECRET_LEAST)
            add_piece(m, s->value + at, len, id);
    }
}

/* A copy of a name, with every character replaced that a quoting or escaping
 * writer would change. */
static char *plain_name(const char *name)
{
    char *text = path_of("%.100s", name);

    for (char *p = text; *p; p++)
        if (*p <= ' ' || *p > '~' || strchr("<>\"'\\&", *p))
            *p = '_';
    return text;
}

/* Whether a replaced secret stands in `text`. */
static bool says_a_secret(const char *text)
{
    for (size_t i = 0; i < known.len; i++)
        if (is_replaced(&known.at[i]) &&
            memmem(text, strlen(text), known.at[i].value, known.at[i].len))
            return true;
    return false;
}

/* "<secret:vars.db>", or another form if a secret happens to stand in the name.
 */
static char *placeholder_of(const char *name, size_t number)
{
    AUTO_FREE char *plain = plain_name(name);
    char *const forms[] = {
        path_of("<secret:%s>", plain),
        path_of("<hidden:%s>", plain),
        path_of("<secret:%zu>", number),
        path_of("<%zu>", number),
    };
    char *found = NULL;

    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (!found && (i == ARRAY_LEN(forms) - 1 || !says_a_secret(forms[i])))
            found = forms[i];
        else
            free(forms[i]);
    return found;
}

/* Each placeholder is a pattern too. As the longer pattern a placeholder hides
 * a secret inside of the placeholder (the word "secret", for example), so
 * replacing twice gives the same text as replacing once. */
static struct matcher *matcher_of_known(void)
{
    struct matcher *m = NULL;

    for (uint32_t i = 0; i < known.len; i++) {
        struct secret *s = &known.at[i];

        if (!is_replaced(s))
            continue;
        free(s->placeholder);
        s->placeholder = placeholder_of(s->name, i + 1);
        m = m ? m : match_new();
        match_add(m, s->placeholder, strlen(s->placeholder), i, 0);
        add_pieces(m, s, i);
        add_lines(m, s, i);
    }
    if (m)
        match_ready(m);
    return m;
}

static char *hex_of(const char *bytes, size_t len)
{
    char *text = must_malloc(2 * len + 1);

    for (size_t i = 0; i < len; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
    return text;
}

/* Append a secret to the file of secrets_keep(), by one write(2), so processes
 * may share the file. */
static int keep_one(const struct secret *s, struct err *err)
{
    AUTO_FREE char *hex = hex_of(s->value, s->len);
    AUTO_FREE char *line =
        path_of("%.*s %s\n", (int)strcspn(s->name, "\n"), s->name, hex);

    return write_all(known.fd, line, strlen(line), err);
}

static bool is_known(const char *value, size_t len)
{
    for (size_t i = 0; i < known.len; i++)
        if (known.at[i].len == len &&
            memcmp(known.at[i].value, value, len) == 0)
            return true;
    return false;
}

static char *shown_of(const char *text, size_t len)
{
    return secrets_shown(text, len, NULL);
}

static void add_new(const char *name, const char *value, size_t len)
{
    struct secret *s;
    struct err ignored = {0};

    err_cut_with(shown_of);

    known.at = must_realloc(known.at, known.len + 1, sizeof(*known.at));
    s = &known.at[known.len++];
    *s = (struct secret){.name = must_strdup(name),
                         .value = must_memdup(value, len),
                         .len = len};
    if (known.fd >= 0) /* on failure the secret is still replaced here */
        best_effort(keep_one(s, &ignored));
    match_free(known.matcher);
    known.matcher = matcher_of_known();
}

void secret_add(const char *name, const char *value, size_t len)
{
    if (len == 0)
        return;
    pthread_rwlock_wrlock(&known.lock);
    if (!is_known(value, len))
        add_new(name, value, len);
    pthread_rwlock_unlock(&known.lock);
}

bool secret_is(const char *value, size_t len)
{
    bool is;

    pthread_rwlock_rdlock(&known.lock);
    is = len >= SECRET_LEAST && is_known(value, len);
    pthread_rwlock_unlock(&known.lock);
    return is;
}

bool secrets_known(void)
{
    bool any;

    pthread_rwlock_rdlock(&known.lock);
    any = known.matcher != NULL;
    pthread_rwlock_unlock(&known.lock);
    return any;
}

void secrets_forget(void)
{
    pthread_rwlock_wrlock(&known.lock);
    for (size_t i = 0; i < known.len; i++) {
        free(known.at[i].name);
        free(known.at[i].value);
        free(known.at[i].placeholder);
    }
    free(known.at);
    match_free(known.matcher);
    if (known.fd >= 0)
        (void)close(known.fd);
    known.at = NULL;
    known.len = 0;
    known.matcher = NULL;
    known.fd = -1;
    pthread_rwlock_unlock(&known.lock);
}

json_t *secrets_json(void)
{
    json_t *list = json_array();

    pthread_rwlock_rdlock(&known.lock);
    for (size_t i = 0; i < known.len; i++) {
        bool replaced = is_replaced(&known.at[i]);
        json_t *one = json_pack("{s:s, s:b}", "name", known.at[i].name,
                                "replaced", (int)replaced);

        if (!replaced)
            json_object_set_new(
                one, "why_not",
                json_sprintf("a value of fewer than %d bytes stands in too "
                             "many words",
                             SECRET_LEAST));
        json_array_append_new(list, one);
    }
    pthread_rwlock_unlock(&known.lock);
    return list;
}

/* ---- text ---- */

struct shown {
    char *at;
    size_t len, cap;
};

static int show_plain(void *ctx, const char *bytes, size_t len)
{
    struct shown *s = ctx;

    if (s->len + len + 1 > s->cap) {
        s->cap = 2 * (s->len + len + 1);
        s->at = must_realloc(s->at, s->cap, 1);
    }
    memcpy(s->at + s->len, bytes, len);
    s->len += len;
    s->at[s->len] = 0;
    return 0;
}

static int show_found(void *ctx, uint32_t id)
{
    const char *text = known.at[id].placeholder;

    return show_plain(ctx, text, strlen(text));
}

char *secrets_shown(const char *text, size_t len, size_t *ret_len)
{
    struct shown s = {0};
    struct match_out out = {show_plain, show_found, &s};

    (void)show_plain(&s, "", 0);
    pthread_rwlock_rdlock(&known.lock);
    if (known.matcher) {
        struct match_text *t = match_begin(known.matcher, &out);

        (void)match_feed(t, text, len);
        (void)match_end(t, true);
    } else {
        (void)show_plain(&s, text, len);
    }
    pthread_rwlock_unlock(&known.lock);
    if (ret_len)
        *ret_len = s.len;
    return s.at;
}

/* ---- files ---- */

struct copy {
    FILE *to;
};

static int copy_plain(void *ctx, const char *bytes, size_t len)
{
    const struct copy *c = ctx;

    return fwrite(bytes, 1, len, c->to) == len ? 0 : -errno;
}

static int copy_found(void *ctx, uint32_t id)
{
    const char *text = known.at[id].placeholder;

    return copy_plain(ctx, text, strlen(text));
}

int secrets_stream(int from, FILE *to)
{
    enum { BLOCK = 65536 };
    struct copy c = {to};
    struct match_out out = {copy_plain, copy_found, &c};
    AUTO_FREE char *block = must_malloc(BLOCK);
    struct match_text *t = NULL;
    ssize_t n;
    int rc = 0, ended;

    pthread_rwlock_rdlock(&known.lock);
    if (known.matcher)
        t = match_begin(known.matcher, &out);
    do {
        n = read(from, block, BLOCK);
        if (n < 0 && errno != EINTR)
            rc = -errno;
        else if (n > 0 && t)
            rc = match_feed(t, block, (size_t)n);
        else if (n > 0)
            rc = copy_plain(&c, block, (size_t)n);
    } while (rc == 0 && n != 0);
    if (t) {
        ended = match_end(t, rc == 0);
        rc = rc == 0 ? ended : rc;
    }
    pthread_rwlock_unlock(&known.lock);
    return rc;
}

int secrets_keep(const char *path, struct err *err)
{
    int rc = 0,
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
                  0600);

    if (fd < 0)
        return err_errno(err, "%s", path);
    pthread_rwlock_wrlock(&known.lock);
    if (known.fd >= 0)
        (void)close(known.fd);
    known.fd = fd;
    for (size_t i = 0; rc == 0 && i < known.len; i++)
        rc = keep_one(&known.at[i], err);
    pthread_rwlock_unlock(&known.lock);
    return rc;
}

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Add the secret of a line of the file. The last line may be cut short by the
 * death of the writer; its complete pairs of digits are better than nothing. */
static void load_line(char *line)
{
    char *hex = strrchr(line, ' ');
    size_t len = 0;

    if (!hex)
        return;
    *hex++ = 0;
    for (; digit_of(hex[2 * len]) >= 0 && digit_of(hex[2 * len + 1]) >= 0;
         len++)
        hex[len] =
            (char)(digit_of(hex[2 * len]) << 4 | digit_of(hex[2 * len + 1]));
    secret_add(line, hex, len);
}

int secrets_load(const char *path, struct err *err)
{
    AUTO_FREE char *text = NULL;
    char *rest;

    if (access(path, F_OK) < 0 && errno == ENOENT)
        return 0;
    if (file_read(path, &text, NULL, err) < 0)
        return err->code;
    rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        load_line(line);
    return 0;
}

/* test_kind_tables.c - scenarios/README.md shows the keys of every section and
 * the arguments of every kind as `ordeal explain` does. */
#include "base/own.h"
#include "plan/plan.h"
#include "support/readme_tables.h"
#include "support/suite.h"

static void put_cell(FILE *f, const char *text)
{
    fputs(" ", f);
    for (; *text; text++) {
        if (*text == '|' || *text == '<')
            fputc('\\', f);
        fputc(*text, f);
    }
    fputs(" |", f);
}

static void put_code(FILE *f, const char *text)
{
    if (*text)
        fprintf(f, " `%s` |", text);
    else
        fputs(" |", f);
}

/* "| `rate` | a rate, 1/s to 10000000/s | `1000/s` | records a second |" */
static void put_arg(FILE *f, const char *name, const struct arg *a)
{
    AUTO_FREE char *values = arg_values(a);

    put_code(f, name);
    put_cell(f, values);
    if (a->dflt)
        put_code(f, a->dflt);
    else
        fputs(" required |", f);
    put_cell(f, a->help);
    fputs("\n", f);
}

static void put_section(FILE *f, const char *of)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    fputs("| key | value | default | what it is |\n| --- | --- | --- | --- |\n",
          f);
    while (n > 0 && strcmp(s->name, of) != 0)
        s++, n--;
    ck_assert_msg(n > 0, "no section %s", of);
    for (size_t i = 0; i < s->args_len; i++) {
        fputs("|", f);
        put_arg(f, s->args[i].name, &s->args[i]);
    }
}

static void put_targets(FILE *f, const char *of)
{
    size_t n;
    const struct target_ops *const *all = target_all(&n);

    (void)of;
    fputs("| key | what may stand there | what it is |\n| --- | --- | --- |\n",
          f);
    for (size_t i = 0; i < n; i++) {
        fputs("|", f);
        put_code(f, all[i]->key);
        put_cell(f, all[i]->words);
        put_cell(f, all[i]->help);
        fputs("\n", f);
    }
}

static void put_kind(FILE *f, const struct schema_kind *k, bool aimed)
{
    fputs("|", f);
    put_code(f, k->name);
    if (aimed)
        put_code(f, k->target_key ? k->target_key : "");
    fputs(" | | |", f);
    put_cell(f, k->help);
    fputs("\n", f);
    for (size_t i = 0; i < k->args_len; i++) {
        const struct arg *a = &k->args[i];

        fputs(aimed ? "| | |" : "| |", f);
        put_arg(f, a->name, a);
        for (size_t e = 0; e < a->each_len; e++) {
            AUTO_FREE char *name = arg_entry_name(a, &a->each[e]);

            fputs(aimed ? "| | |" : "| |", f);
            put_arg(f, name, &a->each[e]);
        }
    }
}

static void put_kinds(FILE *f, const char *of)
{
    size_t n, rows = 0;
    AUTO_FREE struct schema_kind *kinds = plan_schema_kinds(&n);
    bool aimed = strcmp(of, "fault") == 0;

    fprintf(f, "| %s |%s argument | value | default | what it does |\n", of,
            aimed ? " aimed by |" : "");
    fprintf(f, "| --- |%s --- | --- | --- | --- |\n", aimed ? " --- |" : "");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(kinds[i].set, of) != 0)
            continue;
        put_kind(f, &kinds[i], aimed);
        rows++;
    }
    ck_assert_uint_gt(rows, 0);
}

static void put_effects(FILE *f, const char *of)
{
    static const char *const heads[] = {
        [FAULT_RESTORES] = "reverted when the fault ends",
        [FAULT_ENDS_BY_ITSELF] = "end by themselves",
        [FAULT_IRREVERSIBLE] = "cannot be undone",
    };
    size_t n;
    const struct fault_ops *const *all = fault_all(&n);

    (void)of;
    for (size_t e = 0; e < ARRAY_LEN(heads); e++) {
        int put = 0;

        fprintf(f, "* %s:", heads[e]);
        for (size_t i = 0; i < n; i++)
            if (all[i]->effect == (enum fault_effect)e)
                fprintf(f, "%s `%s`", put++ ? "," : "", all[i]->name);
        fputs("\n", f);
    }
}

static void put_properties(FILE *f, const char *of)
{
    size_t n;
    const struct endpoint_ops *const *all = endpoint_all(&n);

    (void)of;
    fputs("| endpoint | what a configuration may ask of it |\n| --- | --- |\n",
          f);
    for (size_t i = 0; i < n; i++) {
        if (!plan_may_declare(all[i]))
            continue;
        fprintf(f, "| `%s` |", all[i]->name);
        for (size_t k = 0; all[i]->properties && all[i]->properties[k]; k++)
            fprintf(f, "%s `${NAME.%s}`", k ? "," : "", all[i]->properties[k]);
        fputs(" |\n", f);
    }
}

#define PAGE "/scenarios/README.md"

static const struct readme_part parts[] = {
    {PAGE, "keys of the file", put_section, ""},
    {PAGE, "keys of a guarantee", put_section, "guarantee"},
    {PAGE, "keys of a topic", put_section, "topics.*"},
    {PAGE, "keys of a connector", put_section, "connectors.*"},
    {PAGE, "keys of a load", put_section, "load"},
    {PAGE, "keys of a step", put_section, "timeline[]"},
    {PAGE, "keys of targets", put_targets, NULL},
    {PAGE, "keys of relax", put_section, "expect[]"},
    {PAGE, "keys of the verdict", put_section, "verdict"},
    {PAGE, "keys of timeouts", put_section, "timeouts"},
    {PAGE, "properties of endpoints", put_properties, NULL},
    {PAGE, "effects of faults", put_effects, NULL},
    {PAGE, "platforms", put_kinds, "platform"},
    {PAGE, "endpoints", put_kinds, "endpoint"},
    {PAGE, "faults", put_kinds, "fault"},
    {PAGE, "checks", put_kinds, "check"},
};

START_TEST(a_table_is_as_the_program_has_it)
{
    readme_holds(&parts[_i]);
}
END_TEST

/* Sections of one key, `kind`, are told in sentences. */
START_TEST(every_section_has_a_table)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    for (size_t i = 0; i < n; i++) {
        bool shown = s[i].args_len == 1;

        for (size_t k = 0; k < ARRAY_LEN(parts); k++)
            shown |= parts[k].put == put_section &&
                     strcmp(parts[k].of, s[i].name) == 0;
        ck_assert_msg(shown, "no table for the section %s", s[i].name);
    }
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_table_is_as_the_program_has_it, 0,
                        ARRAY_LEN(parts));
    tcase_add_test(tc, every_section_has_a_table);
}

SUITE_MAIN("kind tables", add_tests)

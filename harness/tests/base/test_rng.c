/* test_rng.c - the numbers of a seed are part of the evidence, so the test pins
 * some. */
#include "base/rng.h"
#include "support/suite.h"

#include "base/attr.h"

/* The reference implementation's first draws from state 0 and 1234567. */
static const struct {
    uint64_t state;
    uint64_t draws[3];
} pinned[] = {
    {0,
     {UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
      UINT64_C(0x06c45d188009454f)}},
    {1234567,
     {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
      UINT64_C(9817491932198370423)}},
};

START_TEST(splitmix64_gives_its_published_numbers)
{
    struct rng r = {pinned[_i].state};

    for (size_t i = 0; i < ARRAY_LEN(pinned[_i].draws); i++)
        ck_assert_uint_eq(rng_next(&r), pinned[_i].draws[i]);
}
END_TEST

static const struct {
    uint64_t seed;
    const char *actor;
    uint64_t first;
} actors[] = {
    {0, "", UINT64_C(1156539639830188822)},
    {42, "timeline[3]", UINT64_C(2387834127727012204)},
    {43, "timeline[3]", UINT64_C(1062404519632358742)},
    {42, "timeline[4]", UINT64_C(3177464564989008290)},
};

START_TEST(an_actor_draws_the_same_on_every_machine)
{
    struct rng r = rng_for(actors[_i].seed, actors[_i].actor);

    ck_assert_uint_eq(rng_next(&r), actors[_i].first);
}
END_TEST

START_TEST(draws_below_n_reach_all_of_n_and_no_more)
{
    struct rng r = rng_for(42, "below");
    unsigned seen = 0;

    for (int i = 0; i < 200; i++) {
        uint64_t x = rng_below(&r, 5);

        ck_assert_uint_lt(x, 5);
        seen |= 1u << x;
    }
    ck_assert_uint_eq(seen, 31);
    ck_assert_uint_eq(rng_below(&r, 1), 0);
}
END_TEST

START_TEST(draws_below_n_are_even)
{
    struct rng r = rng_for(7, "even");
    const uint64_t n = UINT64_C(3)
                       << 62; /* modulo alone would favour a third */
    int low = 0;

    for (int i = 0; i < 3000; i++)
        low += rng_below(&r, n) < n / 3;
    ck_assert_int_gt(low, 900);
    ck_assert_int_lt(low, 1100);
}
END_TEST

START_TEST(a_fresh_seed_is_short_and_another_each_time)
{
    uint64_t a = rng_fresh_seed(), b = rng_fresh_seed(), c = rng_fresh_seed();

    ck_assert_uint_lt(a, 1000000000);
    ck_assert(a != b || b != c);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, splitmix64_gives_its_published_numbers, 0,
                        ARRAY_LEN(pinned));
    tcase_add_loop_test(tc, an_actor_draws_the_same_on_every_machine, 0,
                        ARRAY_LEN(actors));
    tcase_add_test(tc, draws_below_n_reach_all_of_n_and_no_more);
    tcase_add_test(tc, draws_below_n_are_even);
    tcase_add_test(tc, a_fresh_seed_is_short_and_another_each_time);
}

SUITE_MAIN("rng", fill)

/* two_groups.h - a run of two groups of workers on one Kafka, on any platform.
 */
#ifndef TESTS_CLI_TWO_GROUPS_H
#define TESTS_CLI_TWO_GROUPS_H

/* Run tests/cli/ordeals/two-groups.yaml on `platform`; the run must be as
 * expected, with a verdict of its own for each group's hop. */
void two_groups_run(const char *platform);

#endif

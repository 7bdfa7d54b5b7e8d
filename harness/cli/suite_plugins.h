/* suite_plugins.h - which plugins the workers of a suite's scenarios have.
 * Pure.
 */
#ifndef CLI_SUITE_PLUGINS_H
#define CLI_SUITE_PLUGINS_H

#include <jansson.h>

/* The union of plugins for scenarios that can have the same workers, so that
 * workers need not be started anew between them. `needs` is as for
 * suite_order(); workers.plugins is [{"digest", "services": true if the plugin
 * lists its classes, "classes": [name], ...}] or absent. Scenarios unite if
 * brokers, and workers but for plugins, are equal, and no two different plugins
 * offer one class: which of the two a worker takes would depend on the suite. A
 * plugin that lists no classes unites with no other.
 *
 * Returns for each scenario the plugins of its workers, null where it names
 * none; new. */
json_t *suite_plugins(const json_t *needs);

#endif

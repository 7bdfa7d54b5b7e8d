/* suite_plugins.h - the plugins of the workers, for each scenario of a suite.
 * Pure. */
#ifndef CLI_SUITE_PLUGINS_H
#define CLI_SUITE_PLUGINS_H

#include <jansson.h>

/* Unite the plugins of scenarios with equal workers, so that workers need not
 * be started anew between two scenarios. `needs` is as for suite_order();
 * workers.plugins is [{"digest", "services": true if the plugin lists its
 * classes, "classes": [name], ...}] or absent, and "uses" [value] of
 * connectors' configurations, class names among them.
 *
 * Scenarios unite if brokers, and workers but for plugins, are equal, and no
 * two different plugins offer the same class: Connect would choose between the
 * two by rules that no scenario states. A plugin without a list of classes
 * unites with no other plugin. A scenario that names a class of another
 * scenario's plugin, but of none of its own plugins, keeps to its own plugins.
 *
 * Returns the plugins for each scenario, null for a scenario without
 * workers.plugins; new. */
json_t *suite_plugins(const json_t *needs);

#endif

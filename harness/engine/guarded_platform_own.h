/* guarded_platform_own.h - a platform for several threads.
 *
 * The functions of a platform are made for one thread, and the steps of a
 * timeline act from many. The guard forwards every call under locks: changes of
 * the list of nodes, and starts of processes, one at a time; looks and signals
 * beside each other. answers() may take seconds for a hanging node, and delays
 * nothing but changes of the list and other calls of answers().
 *
 * The list of nodes is a copy for the calling thread, valid until the thread
 * asks for the list again. Nodes are never taken out of the list, so a node has
 * the same place in every copy.
 */
#ifndef ENGINE_GUARDED_PLATFORM_OWN_H
#define ENGINE_GUARDED_PLATFORM_OWN_H

#include "platform/platform.h"

/* A platform that forwards to `inner` from any thread. open(), up() and close()
 * belong to one thread. New; freed by the slot close(), together with
 * `inner`. */
struct platform *guarded_platform(struct platform *inner);

#endif

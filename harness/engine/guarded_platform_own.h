/* guarded_platform_own.h - a platform for several threads.
 *
 * The functions of a platform are made for one thread, and the steps of a
 * timeline act from many. The guard forwards every call under locks: calls that
 * change the list of nodes, or start a process, one at a time; calls that look
 * or send a signal, beside each other. answers() may take seconds for a node
 * that hangs, and keeps none of the others waiting but a change of the list.
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

/* sandbox_kills.c - embedded runs killed at a few moments;
 * long_embedded_kills.c tries a hundred. */
#define MOMENTS 6
#include "embedded_kills.h"

/* long_embedded_kills.c - embedded runs killed at a hundred moments. */
#define MOMENTS 100
#include "embedded_kills.h"

/* A hundred moments. */
#define MOMENTS 100
#include "embedded_kills.h"

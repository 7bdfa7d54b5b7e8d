/* A hundred moments. */
enum { MOMENTS = 100 };
#include "embedded_kills.h"

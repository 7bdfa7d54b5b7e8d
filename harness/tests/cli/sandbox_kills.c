/* A few moments; long_embedded_kills has a hundred. */
enum { MOMENTS = 6 };
#include "embedded_kills.h"

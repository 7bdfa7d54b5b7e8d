/* A few moments; long_embedded_kills has a hundred. */
#define MOMENTS 6
#include "embedded_kills.h"

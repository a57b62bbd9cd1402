#ifndef HUNKWISE_CGIT2_SHIM_H
#define HUNKWISE_CGIT2_SHIM_H
#include <git2.h>

#endif

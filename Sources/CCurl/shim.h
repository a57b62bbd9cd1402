#ifndef HUNKWISE_CCURL_SHIM_H
#define HUNKWISE_CCURL_SHIM_H
#include <curl/curl.h>

#endif

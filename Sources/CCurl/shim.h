#ifndef HUNKWISE_CCURL_SHIM_H
#define HUNKWISE_CCURL_SHIM_H
#include <curl/curl.h>

// CURLVERSION_NOW names an enumerator through a macro, which Swift does not see.
static inline const curl_version_info_data *ccurl_version_info(void) {
    return curl_version_info(CURLVERSION_NOW);
}

#endif

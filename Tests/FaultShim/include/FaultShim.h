#ifndef HUNKWISE_FAULT_SHIM_H
#define HUNKWISE_FAULT_SHIM_H

#include <stdint.h>

/// What the file holds that HUNKWISE_TEST_FAULTS names, in the machine's byte order.
struct hunkwise_faults {
    /// Seconds that the wall clock is ahead of the machine's.
    int64_t clock_shift;
    /// Not 0: nothing more goes onto the disk.
    int64_t is_disk_full;
    /// How often that was so. Written here.
    int64_t refused;
};

#endif

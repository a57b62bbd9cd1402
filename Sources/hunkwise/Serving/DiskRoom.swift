import Glibc

/// The room that is left where a file lies.
enum DiskRoom {
    /// Below this, in bytes, the store could soon take no more deliveries: more than its write-ahead log grows to.
    private static let least: UInt64 = 16 << 20

    /// Why nothing should be sent here just now; nil while there is room, or when the system does not tell.
    static func problem(at path: String) -> String? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        let free = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        guard !free.overflow, free.partialValue < least else { return nil }
        return "the disk with the store has less than \(least >> 20) MB left"
    }
}

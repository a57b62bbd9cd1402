package import Domain
import Glibc

/// What housekeeping did.
package struct MirrorCollection: Hashable, Sendable {
    /// Heads that were let go of.
    package var dropped = 0
    package var bytesBefore = 0
    package var bytesAfter = 0
    /// False when the time was not enough; the next one goes on.
    package var isComplete = true
}

extension Mirror {
    /// Arguments of git that free the room of objects without a reference.
    static let collecting = ["gc", "--quiet", "--prune=now"]

    /// Lets go of commits that nobody needs any more, and frees their room.
    ///
    /// - Parameters:
    ///   - heads: Kept whatever their age: those of reviews under way or waiting.
    ///   - moment: Others are kept too if they were fetched or asked for after it.
    ///   - time: For everything, waiting for the mirror included.
    package func collect(
        keeping heads: Set<ObjectID>, unusedSince moment: Instant, within time: Duration = .seconds(120)
    ) async throws(TransportError) -> MirrorCollection {
        let deadline = ContinuousClock.now + time
        let lock = try await MirrorLock.acquire(lockPath, until: deadline)
        defer { lock.release() }
        guard SmallFile.kind(directory) == .directory else { return MirrorCollection() }
        try files.prepare()
        var collection = MirrorCollection()
        collection.bytesBefore = FileTree.bytes(of: directory + "/objects")
        var dropped: Set<ObjectID> = []
        for reference in files.references() {
            if let head = reference.head {
                if heads.contains(head) || reference.time >= moment.unixSeconds { continue }
                dropped.insert(head)
            }
            files.remove(reference: reference.name)
            // Succeeds only when it was the last one.
            rmdir(directory + "/refs/hunkwise/\(reference.number)")
        }
        collection.dropped = dropped.count
        let end = try await run(Mirror.collecting, GitSurroundings(git), lock: lock, until: deadline)
        if end.stop == .cancelled { throw TransportError(.cancelled, "clearing the mirror was cancelled") }
        collection.isComplete = end.stop == nil
        guard end.succeeded || end.stop != nil else {
            throw TransportFailure(errors: end.errors, address: nil).error
        }
        collection.bytesAfter = FileTree.bytes(of: directory + "/objects")
        return collection
    }

    /// Whether `collect` would find something to let go of.
    func hasHeads(unusedSince moment: Instant) -> Bool {
        files.references().contains { $0.head == nil || $0.time < moment.unixSeconds }
    }

    /// Bytes on the disk.
    package var size: Int { FileTree.bytes(of: directory) }

    /// When it was last fetched into; nil when it never was.
    package var lastUse: Instant? {
        var info = stat()
        guard stat(lockPath, &info) == 0 else { return nil }
        return Instant(milliseconds: Int64(info.st_mtim.tv_sec) * 1000 + Int64(info.st_mtim.tv_nsec) / 1_000_000)
    }

    /// Removes the mirror unless somebody uses it now or has used it after a moment.
    /// - Returns: Whether it is gone.
    package func remove(unusedSince moment: Instant) throws(TransportError) -> Bool {
        // Looked at first: taking the lock counts as a use.
        guard let lastUse, lastUse < moment, let lock = try MirrorLock.attempt(lockPath) else { return false }
        defer { lock.release() }
        FileTree.remove(directory)
        unlink(lockPath)
        return true
    }
}

import CGit2
import Glibc

/// Runs something that blocks on a thread of its own, away from those that tasks share. Nil: there is no thread to be had.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value?) async -> Value? {
    return await withCheckedContinuation { continuation in
        let start = Unmanaged.passRetained(ThreadStart { continuation.resume(returning: body()) })
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // Signals are for others.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, start.toOpaque())
        pthread_sigmask(SIG_SETMASK, &before, nil)
        if status != 0 {
            start.release()
            continuation.resume(returning: nil)
        }
    }
}

private final class ThreadStart: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

import Dispatch

/// For the threads of test servers, never for tasks.
struct ThreadSemaphore: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func signal() { semaphore.signal() }
    func wait() { semaphore.wait() }
}

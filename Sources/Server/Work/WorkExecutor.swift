import Dispatch

/// Threads for the work on jobs, apart from those that answer deliveries and keep leases: a large change is judged in one
/// go that may take seconds, and nobody at the door is to wait for it.
final class WorkExecutor: TaskExecutor {
    private let threads = DispatchQueue(label: "hunkwise.work", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        threads.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

import Glibc

/// What a caller learns from the exit code. When several apply, usage > unexamined > findings > unaffordable.
enum ExitStatus: Int32, Error {
    case success = 0
    /// Findings at or above `--fail-on`.
    case findings = 1
    /// Wrong usage, configuration or input; nothing was reviewed.
    case usage = 2
    /// No hunk could be examined.
    case unexamined = 3
    /// A hunk merited a model and no model call was affordable.
    case unaffordable = 4

    func exit() -> Never {
        Glibc.exit(rawValue)
    }
}

/// An error a user meets: one line saying what happened, why, and what to do.
struct Failure: Error {
    let message: String
    let status: ExitStatus

    init(_ message: String, status: ExitStatus = .usage) {
        self.message = message
        self.status = status
    }
}

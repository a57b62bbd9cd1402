import Glibc

/// Lets the processes that write to one file take turns.
///
/// SQLite's own lock goes to whoever asks at the right moment, and that is nearly always the process that has just given
/// it back. Here one has to pass a gate before one may wait for the turn: whoever has had the turn finds the gate taken
/// by the one that waits. The locks are on a companion file and end with the process, however it ends. They are only a
/// courtesy: what keeps the books right is SQLite's lock.
final class Turnstile: Sendable {
    private enum Place: off_t {
        case gate = 0
        case turn = 1
        case backup = 2
    }

    private let file: Int32

    /// - Returns: nil where the companion file cannot be made; then there are no turns.
    init?(besides path: String) {
        // Never the database itself: closing it would give back SQLite's locks on it.
        file = open(path + "-turn", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0 { return nil }
    }

    deinit { close(file) }

    /// Waits for the turn, for a few seconds at most: a process that was stopped must not stop the others.
    func enter() {
        guard wait(for: .gate) else { return }
        _ = wait(for: .turn)
        set(.gate, F_UNLCK)
    }

    func leave() {
        set(.turn, F_UNLCK)
    }

    /// False while another backup is being made, here or in another process. It ends with this value.
    func beginBackup() -> Bool { set(.backup, F_WRLCK) }

    private func wait(for place: Place) -> Bool {
        // About as long as SQLite is waited for.
        var patience = UInt32(Store.busyTimeout * 1e6)
        while !set(place, F_WRLCK) {
            guard errno == EAGAIN || errno == EACCES || errno == EINTR else { return false }
            let pause = UInt32.random(in: 100...300)
            if patience < pause { return false }
            patience -= pause
            usleep(pause)
        }
        return true
    }

    @discardableResult
    private func set(_ place: Place, _ type: Int32) -> Bool {
        var lock = flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = place.rawValue
        lock.l_len = 1
        // F_OFD_SETLK, which belongs to the open file and not to the process: a macro that Swift does not import.
        return fcntl(file, 37, &lock) == 0
    }
}

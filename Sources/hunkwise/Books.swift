import ArgumentParser
import ConfigurationFiles
import Domain
import Glibc
import Reviewing
import Routing
import Storage

/// The books of this installation, for commands that read them.
struct Books {
    let ledger: SQLiteLedger
    let history: ReviewHistory

    /// Nil when no review has opened any yet.
    static func open(_ setup: Setup) throws(Failure) -> Books? {
        let path: String?
        do throws(ConfigurationErrors) {
            path = try Configuration(operator: setup.operatorFile).storagePath ?? DefaultPaths.storage
        } catch {
            throw Failure(error.description)
        }
        guard let path, access(path, F_OK) == 0 else { return nil }
        do throws(StoreError) {
            let store = try Store(path: path)
            return Books(ledger: SQLiteLedger(store: store, clock: SystemClock()), history: ReviewHistory(store: store))
        } catch {
            throw Failure(Printable.text(error.description, limit: 600))
        }
    }

    static let none = "No books yet: they are opened by the first review with a model.\n"

    /// Says in one line why the books could not be used.
    static func failure(_ error: any Error) -> Failure {
        (error as? Failure) ?? Failure("the books cannot be used: \(Printable.text("\(error)", limit: 600))")
    }
}

/// Since when: `7d`, `4w`, `12h`, or a day such as 2026-11-01.
struct Since: ExpressibleByArgument {
    let instant: Instant

    init?(argument: String) {
        if let day = CalendarDay(argument) {
            instant = Instant(milliseconds: Int64(day.number) * 86_400_000)
            return
        }
        let units: [Character: Double] = ["h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = argument.last, let seconds = units[unit], let count = Int(argument.dropLast()), count > 0,
            count <= 100_000
        else { return nil }
        instant = SystemClock().now().advanced(bySeconds: -Double(count) * seconds)
    }

    init(days: Double) {
        instant = SystemClock().now().advanced(bySeconds: -days * 86_400)
    }

    /// The day, in UTC.
    var day: String { CalendarDay(unixSeconds: instant.unixSeconds).text }
}

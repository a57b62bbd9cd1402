// A process that uses the books and the queue like any other, for tests with several of them and with one that is
// killed, and for measuring.
import Domain
import Glibc
import Storage

let arguments = CommandLine.arguments.dropFirst()
do {
    switch (arguments.first, arguments.dropFirst().map { $0 }) {
    case ("race", let rest) where rest.count == 5:
        try await race(path: rest[0], name: rest[1], tasks: number(rest[2]), limit: rest[3], amount: rest[4])
    case ("work", let rest) where rest.count == 3:
        try await work(path: rest[0], name: rest[1], tasks: number(rest[2]))
    case ("rate", let rest) where rest.count == 3:
        try await rate(path: rest[0], callers: number(rest[1]), seconds: number(rest[2]))
    case ("read", let rest) where rest.count == 1:
        try await readRates(path: rest[0])
    case ("sync", let rest) where rest.count == 2:
        syncTimes(path: rest[0], seconds: number(rest[1]))
    case ("serve", let rest) where rest.count == 2:
        try await serveQueue(path: rest[0], name: rest[1])
    case ("lease", let rest) where rest.count == 1:
        try await leaseAll(path: rest[0])
    case ("copy", let rest) where rest.count == 3:
        try await copies(path: rest[0], destination: rest[1], count: number(rest[2]))
    case ("intake", let rest) where rest.count == 3:
        try await intakeRate(path: rest[0], callers: number(rest[1]), seconds: number(rest[2]))
    case ("drain", let rest) where rest.count == 4:
        try await drainRate(
            path: rest[0], jobs: number(rest[1]), repositories: number(rest[2]), workers: number(rest[3]))
    default:
        say(
            "usage: race DB NAME TASKS LIMIT AMOUNT | work DB NAME TASKS | rate DB CALLERS SECONDS | read DB"
                + " | serve DB NAME | lease DB | copy DB DESTINATION COUNT | intake DB CALLERS SECONDS | drain DB JOBS REPOSITORIES WORKERS"
                + " | sync FILE SECONDS")
        exit(2)
    }
} catch {
    say("error \(error)")
    exit(1)
}

import Glibc

// Measures the intake beside a bare handler; each mode is a process of its own. Prints "name value" lines.
//
//     hunkwise-intake-bench bare                              a Hummingbird handler that only verifies and answers
//     hunkwise-intake-bench intake DIRECTORY                  our intake over a queue in that directory
//     hunkwise-intake-bench load PORT CONNECTIONS SECONDS CHANGES FIRST
//                                                             signed deliveries of 20 kB over kept connections, about so
//                                                             many pull requests, then about the first of them again
//     hunkwise-intake-bench sync DIRECTORY SECONDS            what the disk takes to keep 4 kB

let arguments = CommandLine.arguments.dropFirst()

/// Prints where the parent waits for it: without it, the line would stay in a buffer.
func announce(port: Int) {
    print("port \(port)")
    fflush(nil)
}

switch (arguments.first, arguments.count) {
case ("bare", 1): try await BareServer.run()
case ("intake", 2): try await MeasuredIntake.run(directory: arguments.last ?? "")
case ("load", 6):
    let numbers = arguments.dropFirst().compactMap { Int($0) }
    guard numbers.count == 5, numbers.allSatisfy({ $0 > 0 }) else { exit(2) }
    try await Load.run(
        port: numbers[0], connections: numbers[1], seconds: numbers[2], changes: numbers[3], from: numbers[4])
case ("sync", 3):
    guard let seconds = arguments.last.flatMap({ Int($0) }) else { exit(2) }
    DiskSync.run(directory: arguments[arguments.index(after: arguments.startIndex)], seconds: seconds)
default:
    print(
        """
        usage: hunkwise-intake-bench bare | intake DIRECTORY | load PORT CONNECTIONS SECONDS CHANGES FIRST \
        | sync DIRECTORY SECONDS
        """)
    exit(2)
}

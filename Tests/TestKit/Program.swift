import Foundation

/// Makes a program of a shell script, with the folders above it.
///
/// A shell writes it: while this process holds a file open for writing, a child that another test is just starting may hold
/// it too, and the system runs no program that anybody may still write (ETXTBSY).
package func makeProgram(_ path: String, _ script: String) throws {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", #"mkdir -p "${1%/*}" && printf %s "$2" > "$1" && chmod 755 "$1""#, "sh", path, script]
    try shell.run()
    shell.waitUntilExit()
    guard shell.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
}

import Glibc

/// Runs libFuzzer on one function. The caller is linked with `-sanitize=fuzzer`, which brings the library in.
///
/// The entry of an executable made by SwiftPM is our own, so libFuzzer's `main` is not used and its driver is called.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Set once before the fuzzer starts and only read from then on, on one thread: a C callback can capture nothing.
nonisolated(unsafe) private var test: ([UInt8]) -> Void = { _ in }

/// Calls `body` with one input after another until the runs asked for on the command line are done.
package func fuzz(_ body: @escaping ([UInt8]) -> Void) -> Int32 {
    test = body
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    return runDriver(&count, &arguments) { bytes, length in
        test(Array(UnsafeBufferPointer(start: bytes, count: length)))
        return 0
    }
}

/// Ends the run as a crash, with the reason on standard error, unless `condition` holds. The standard library says no
/// reason in an optimised build.
package func require(_ condition: Bool, _ reason: @autoclosure () -> String) {
    guard !condition else { return }
    let text = Array("broken promise: \(reason())\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
    abort()
}

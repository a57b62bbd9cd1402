import Foundation
import Synchronization
import TestKit

/// A full disk and a clock that is off, for one service: Tests/FaultShim, which is loaded into its process.
final class TroubledMachine: Sendable {
    private let path: String
    /// As Tests/FaultShim/include/FaultShim.h has it.
    private let memory: Memory

    /// Invariant: the mapping stays as long as this stands, and each number is written by one side alone.
    private struct Memory: @unchecked Sendable {
        let words: UnsafeMutablePointer<Int64>
        let lock = NSLock()
    }

    private static let words = 3

    init(_ path: String) throws {
        self.path = path
        let size = Self.words * MemoryLayout<Int64>.size
        try Data(count: size).write(to: URL(filePath: path))
        let file = open(path, O_RDWR | O_CLOEXEC)
        defer { close(file) }
        guard let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), mapped != MAP_FAILED else {
            throw CocoaError(.fileReadUnknown)
        }
        memory = Memory(words: mapped.bindMemory(to: Int64.self, capacity: Self.words))
    }

    deinit { munmap(memory.words, Self.words * MemoryLayout<Int64>.size) }

    var environment: [String: String] {
        ["LD_PRELOAD": ChildProcess.program("libFaultShim.so"), "HUNKWISE_TEST_FAULTS": path]
    }

    private func word(_ index: Int) -> Int64 { memory.lock.withLock { memory.words[index] } }
    private func set(_ index: Int, _ value: Int64) { memory.lock.withLock { memory.words[index] = value } }

    /// Seconds that its wall clock is ahead of the true one.
    var clockShift: Int {
        get { Int(word(0)) }
        set { set(0, Int64(newValue)) }
    }

    var isDiskFull: Bool {
        get { word(1) != 0 }
        set { set(1, newValue ? 1 : 0) }
    }

    /// How often something did not go onto the full disk.
    var refused: Int { Int(word(2)) }
}

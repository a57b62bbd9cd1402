import CMalloc
import Glibc

/// Memory that only starting or finished work needed.
enum IdleMemory {
    /// Gives back what is free in the heap, and the pages of programs that are mapped from their files. Whatever is needed
    /// again of these comes back from the file by itself, as it first came.
    static func giveBack() {
        malloc_trim(0)
        for range in mappedPrograms {
            // What nobody could write to is the same in the file: nothing is lost.
            madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, Int32(MADV_DONTNEED))
        }
    }

    /// Addresses of code that is mapped from files, by the kernel's own list (proc_pid_maps(5)).
    private static var mappedPrograms: [Range<UInt>] {
        var ranges: [Range<UInt>] = []
        for line in list().split(separator: UInt8(ascii: "\n")) {
            // "start-end rights offset device inode path"
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count == 6, fields[1].elementsEqual("r-xp".utf8), !fields[4].elementsEqual("0".utf8) else {
                continue
            }
            let ends = fields[0].split(separator: UInt8(ascii: "-")).compactMap {
                UInt(String(decoding: $0, as: UTF8.self), radix: 16)
            }
            if ends.count == 2, ends[0] < ends[1] { ranges.append(ends[0]..<ends[1]) }
        }
        return ranges
    }

    private static func list() -> [UInt8] {
        let file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while text.count < 1 << 22 {
            let count = read(file, &part, part.count)
            if count <= 0 { break }
            text += part.prefix(count)
        }
        return text
    }
}

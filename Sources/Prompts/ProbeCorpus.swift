package import Diffs
package import Domain

/// A small change with a known answer.
package struct Probe: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A defect, in words, and the lines of the new and of the old side on which a finding is right.
        case seeded(defect: String, newLines: Set<Int>, oldLines: Set<Int>)
        /// Nothing to find.
        case clean
    }

    package let name: String
    package let path: Path
    /// What a good classifier would say.
    package let category: Category
    /// The whole file before the change.
    package let base: [UInt8]
    /// The whole file after it.
    package let head: [UInt8]
    package let kind: Kind

    /// Whether a finding there is the expected one.
    package func isHit(side: Side, line: Int?) -> Bool {
        guard case .seeded(_, let newLines, let oldLines) = kind, let line else { return false }
        return (side == .new ? newLines : oldLines).contains(line)
    }
}

/// The changes that `hunkwise models probe` puts through the real pipeline.
package struct ProbeCorpus: Sendable {
    /// Stored with what it measured; another text is another version.
    package static let version = "probes-v1"

    package static let probes: [Probe] = parse(PackageResources.probes_v1_txt)

    /// Reads the form that the resource file describes; sections that are not of that form are left out.
    static func parse(_ bytes: [UInt8]) -> [Probe] {
        var probes: [Probe] = []
        var reader: Reader?
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.starts(with: "=== ".utf8) {
                if let probe = reader?.probe() { probes.append(probe) }
                reader = Reader(heading: String(decoding: line.dropFirst(4), as: UTF8.self))
            } else {
                reader?.read(line)
            }
        }
        if let probe = reader?.probe() { probes.append(probe) }
        return probes
    }

    private struct Reader {
        private let fields: [String]
        private var base = Text()
        private var head = Text()
        private var isInHead: Bool?

        init(heading: String) {
            fields = heading.split(separator: "|").map { field in
                String(field.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
            }
        }

        mutating func read(_ line: ArraySlice<UInt8>) {
            if line.elementsEqual("--- base".utf8) {
                isInHead = false
            } else if line.elementsEqual("--- head".utf8) {
                isInHead = true
            } else if isInHead == true {
                head.append(line)
            } else if isInHead == false {
                base.append(line)
            }
        }

        func probe() -> Probe? {
            guard fields.count == 4, let category = Category(rawValue: fields[2]), isInHead == true else { return nil }
            let kind: Probe.Kind =
                fields[3] == "clean"
                ? .clean : .seeded(defect: fields[3], newLines: head.marked, oldLines: base.marked)
            return Probe(
                name: fields[0], path: Path(fields[1]), category: category, base: base.trimmed, head: head.trimmed,
                kind: kind)
        }
    }

    private struct Text {
        private var lines: [ArraySlice<UInt8>] = []
        private(set) var marked: Set<Int> = []

        mutating func append(_ line: ArraySlice<UInt8>) {
            if line.suffix(2).elementsEqual("@@".utf8) {
                lines.append(line.dropLast(2))
                marked.insert(lines.count)
            } else {
                lines.append(line)
            }
        }

        /// Without the empty lines that part it from what follows, each line with its end.
        var trimmed: [UInt8] {
            var kept = lines[...]
            while kept.last?.isEmpty == true { kept.removeLast() }
            return kept.flatMap { $0 + [0x0A] }
        }
    }
}

import Crypto
import Domain
import GRDB

/// A row of the ledger: whole numbers, text, or nothing, by column.
struct LedgerRow {
    private(set) var values: [DatabaseValue]

    init(_ event: LedgerEvent, hold: Int64? = nil) {
        values = [DatabaseValue](repeating: .null, count: LedgerColumn.allCases.count)
        self[.kind] = event.rawValue.databaseValue
        self[.hold] = hold.databaseValue
    }

    /// A row as the table has it: the ledger's columns in their order, from the first on.
    init(_ row: Row) {
        values = Array(row.databaseValues.prefix(LedgerColumn.allCases.count))
    }

    subscript(column: LedgerColumn) -> DatabaseValue {
        get { values[column.index] }
        set { values[column.index] = newValue }
    }

    func integer(_ column: LedgerColumn) -> Int64? { Int64.fromDatabaseValue(self[column]) }
    func text(_ column: LedgerColumn) -> String? { String.fromDatabaseValue(self[column]) }

    mutating func set(_ column: LedgerColumn, _ number: Int64?) { self[column] = number.databaseValue }
    mutating func set(_ column: LedgerColumn, _ number: Int) { self[column] = Int64(number).databaseValue }
    mutating func set(_ column: LedgerColumn, _ money: Money?) { self[column] = (money?.picodollars).databaseValue }

    /// Text without control characters and of bounded length, so that no row can be blown up or deceive its reader.
    mutating func set(_ column: LedgerColumn, _ text: String?, atMost limit: Int = 1024) {
        self[column] = text.map { Self.cleaned($0, atMost: limit) }.databaseValue
    }

    mutating func set(_ column: LedgerColumn, seconds: Double?) {
        guard let seconds, seconds.isFinite, seconds >= 0 else { return }
        self[column] = Int64(min(seconds * 1_000_000, 1e15).rounded()).databaseValue
    }

    private static func cleaned(_ text: String, atMost limit: Int) -> String {
        var text = text
        let isClean = text.withUTF8 { bytes in
            bytes.count <= limit && !bytes.contains { $0 < 0x20 || $0 == 0x7F }
        }
        if isClean { return text }
        var output = ""
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > limit { break }
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            output.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return output
    }
}

extension LedgerRow {
    /// The bytes whose SHA-256 is the row's digest, as text that a person can write down and put through sha256sum.
    ///
    /// First two lines, `hunkwise-ledger-1` and `previous` with the 64 hexadecimal digits of the preceding row's digest
    /// (zeros before the first row). Then, for each column that is not null, in the table's order, its name, a space, the
    /// length of its value in bytes in decimal, a colon, the value (numbers in decimal), each line ended by one line
    /// feed. The lengths make it unambiguous whatever a value holds; null columns are left out, so that a column added
    /// later leaves earlier digests as they are.
    func encoding(after previous: LedgerDigest) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2048)
        bytes.append(contentsOf: "hunkwise-ledger-1\nprevious ".utf8)
        bytes.append(contentsOf: previous.hexadecimal.utf8)
        bytes.append(0x0A)
        for (column, value) in zip(LedgerColumn.allCases, values) {
            switch value.storage {
            case .null: continue
            case .int64(let number): Self.append(column, String(number), to: &bytes)
            case .string(let text): Self.append(column, text, to: &bytes)
            // No column holds such values; a row that does was not written here, and its digest will not fit.
            case .double(let number): Self.append(column, "double \(number)", to: &bytes)
            case .blob: Self.append(column, "blob", to: &bytes)
            }
        }
        return bytes
    }

    private static func append(_ column: LedgerColumn, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: column.rawValue.utf8)
        bytes.append(0x20)
        bytes.append(contentsOf: String(value.utf8.count).utf8)
        bytes.append(0x3A)
        bytes.append(contentsOf: value.utf8)
        bytes.append(0x0A)
    }

    func digest(after previous: LedgerDigest) -> LedgerDigest {
        LedgerDigest(SHA256.hash(data: encoding(after: previous)))
    }
}

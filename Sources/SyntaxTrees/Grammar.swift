import CTreeSitter
import Synchronization

/// One loaded grammar, with what is asked of it often looked up once.
///
/// Sendable: the language is constant data of a library that is never unloaded; parsers are handed out under a lock.
final class Grammar: @unchecked Sendable {
    let core: Core
    let language: Language
    let pointer: OpaquePointer
    let version: Int
    /// Kind names by symbol; the last entry stands for errors.
    let kindNames: [String]
    /// Roles by symbol, parallel to `kindNames`.
    let roles: [KindRoles]
    private let idleParsers = Mutex<[ParserHandle]>([])

    init(core: Core, language: Language, pointer: OpaquePointer, version: Int) {
        self.core = core
        self.language = language
        self.pointer = pointer
        self.version = version
        let count = core.functions.pointee.language_symbol_count(pointer)
        let table = KindTable(language)
        var names: [String] = []
        var roles: [KindRoles] = []
        names.reserveCapacity(Int(count) + 1)
        roles.reserveCapacity(Int(count) + 1)
        for symbol in 0..<count {
            let id = UInt16(truncatingIfNeeded: symbol)
            let name = core.functions.pointee.language_symbol_name(pointer, id).map { String(cString: $0) } ?? ""
            let isNamed = core.functions.pointee.language_symbol_type(pointer, id) == 0
            names.append(name)
            roles.append(isNamed ? table.roles(of: name) : [])
        }
        names.append("ERROR")
        roles.append([])
        self.kindNames = names
        self.roles = roles
    }

    func kind(of symbol: UInt16) -> String {
        kindNames[min(Int(symbol), kindNames.count - 1)]
    }

    func roles(of symbol: UInt16) -> KindRoles {
        roles[min(Int(symbol), roles.count - 1)]
    }

    /// The number of a field, 0 if the grammar has no field of that name.
    func fieldID(_ name: String) -> UInt16 {
        core.functions.pointee.language_field_id_for_name(pointer, name, UInt32(truncatingIfNeeded: name.utf8.count))
    }

    /// Parses `bytes`, or returns nil when that took more than `limit` of this thread's processor time.
    func parse(_ bytes: [UInt8], limit: Duration) -> SyntaxTree? {
        guard let parser = takeParser() else { return nil }
        defer { giveBack(parser) }
        let tree = bytes.withUnsafeBufferPointer { buffer in
            cts_parse(
                core.functions, parser.pointer, pointer, buffer.baseAddress, UInt32(truncatingIfNeeded: buffer.count),
                limit.clampedNanoseconds)
        }
        return tree.map { SyntaxTree(grammar: self, bytes: bytes, pointer: $0) }
    }

    private func takeParser() -> ParserHandle? {
        if let idle = idleParsers.withLock({ $0.popLast() }) { return idle }
        guard let parser = core.functions.pointee.parser_new() else { return nil }
        guard core.functions.pointee.parser_set_language(parser, pointer) else {
            core.functions.pointee.parser_delete(parser)
            return nil
        }
        return ParserHandle(pointer: parser)
    }

    private func giveBack(_ parser: ParserHandle) {
        let isKept = idleParsers.withLock { idle in
            guard idle.count < 4 else { return false }
            idle.append(parser)
            return true
        }
        if !isKept { core.functions.pointee.parser_delete(parser.pointer) }
    }

    deinit {
        idleParsers.withLock { idle in
            for parser in idle { core.functions.pointee.parser_delete(parser.pointer) }
        }
    }
}

/// Sendable: a parser is used by whoever took it from the pool, and by nobody else until it is given back.
private struct ParserHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}

extension Duration {
    /// At most a day, at least nothing.
    var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return min(86_400, max(0, seconds)) * 1_000_000_000 + max(0, attoseconds / 1_000_000_000)
    }
}

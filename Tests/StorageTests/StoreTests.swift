import GRDB
import Glibc
import Testing

@testable import Storage

/// A directory of its own for each test, removed at its end.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/hunkwise-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StoreError(.notWritable, path: "/tmp", cause: "mkdtemp") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit { remove(path) }

    private func remove(_ path: String) {
        for name in names(in: path) { remove(path + "/" + name) }
        Glibc.remove(path)
    }

    func names(in path: String? = nil) -> [String] {
        guard let directory = opendir(path ?? self.path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

private func mode(of path: String) -> mode_t? {
    var information = stat()
    return stat(path, &information) == 0 ? information.st_mode & 0o777 : nil
}

private func write(_ bytes: [UInt8], to path: String, at offset: Int = 0) {
    let file = open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(file) }
    #expect(pwrite(file, bytes, bytes.count, off_t(offset)) == bytes.count)
}

@Suite("The database")
struct StoreTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/state/hunkwise/hunkwise.db" }

    init() throws { directory = try TemporaryDirectory() }

    private func kind(_ work: () throws -> Void) -> StoreError.Kind? {
        do {
            try work()
            return nil
        } catch {
            return (error as? StoreError)?.kind
        }
    }

    @Test("it is made when first needed, for its owner's eyes only, and is sound")
    func isMade() throws {
        let store = try Store(path: path)
        let health = try store.check()
        #expect(health.problems == [])
        #expect(health.journalMode == "wal")
        #expect(health.schemaVersion == Schema.migrations.count)
        #expect(health.installationID?.count == 32)
        #expect(mode(of: directory.path + "/state/hunkwise") == 0o700)
        #expect(mode(of: directory.path + "/state") == 0o700)
        for name in ["hunkwise.db", "hunkwise.db-wal", "hunkwise.db-shm"] {
            #expect(mode(of: directory.path + "/state/hunkwise/" + name) == 0o600, "\(name)")
        }
    }

    @Test("it is the same installation when opened again, also while open")
    func isKept() throws {
        let first = try Store(path: path)
        let second = try Store(path: path)
        #expect(try first.check() == second.check())
    }

    @Test("opened by many at once, it is made once")
    func isMadeOnce() async throws {
        let path = path
        let ids = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try Store(path: path).check().installationID } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1 && ids.first??.count == 32)
    }

    @Test("every connection waits for the disk and holds to foreign keys")
    func isDurable() throws {
        let store = try Store(path: path)
        func settings(_ database: Database) throws -> [Int?] {
            try ["synchronous", "foreign_keys"].map { try Int.fetchOne(database, sql: "PRAGMA \($0)") }
        }
        #expect(try store.pool.writeWithoutTransaction(settings) == [2, 1])
        #expect(try store.pool.read(settings) == [2, 1])
    }

    @Test("looking at it makes nothing and changes nothing")
    func looksWithoutTraces() throws {
        #expect(try Store.inspect(path: path) == nil)
        #expect(directory.names() == [])
        let health: StoreHealth
        do {
            let store = try Store(path: path)
            health = try store.check()
            #expect(try Store.inspect(path: path) == health)
        }
        let folder = directory.path + "/state/hunkwise"
        let before = directory.names(in: folder)
        let seen = try Store.inspect(path: path)
        #expect(seen?.installationID == health.installationID && seen?.problems == [])
        #expect(directory.names(in: folder) == before)
    }

    @Test("a path with odd characters is looked at like any other")
    func looksAtOddPaths() throws {
        let odd = directory.path + "/a b?c#d%41é/x.db"
        #expect(try Store.inspect(path: odd) == nil)
        _ = try Store(path: odd)
        #expect(try Store.inspect(path: odd)?.schemaVersion == Schema.migrations.count)
    }

    @Test("a file that is no database is refused and left as it is")
    func refusesOtherFiles() throws {
        let file = directory.path + "/notes.db"
        write(Array(String(repeating: "these are notes\n", count: 100).utf8), to: file)
        #expect(kind { _ = try Store(path: file) } == .notADatabase)
        #expect(kind { _ = try Store.inspect(path: file) } == .notADatabase)
        #expect(directory.names() == ["notes.db"])
    }

    @Test("a database of another program is refused")
    func refusesForeignDatabases() throws {
        let file = directory.path + "/other.db"
        try DatabaseQueue(path: file).write { try $0.execute(sql: "CREATE TABLE notes (x)") }
        #expect(kind { _ = try Store(path: file) } == .foreignDatabase)
        #expect(kind { _ = try Store.inspect(path: file) } == .foreignDatabase)
    }

    @Test("a database of a later version is refused with both versions named")
    func refusesLaterVersions() throws {
        let next = Schema.migrations.count + 1
        let later = Schema.migrations + [Migration(version: next) { try $0.execute(sql: "CREATE TABLE later (x)") }]
        _ = try Store(path: path, migrations: later)
        let error = try #require(throws: StoreError.self) { _ = try Store(path: path) }
        #expect(error.kind == .newerSchema)
        #expect(error.description.contains("version \(next)") && error.description.contains("up to \(next - 1)"))
        #expect(kind { _ = try Store.inspect(path: path) } == .newerSchema)
    }

    @Test("a step that fails leaves no trace and can be taken again")
    func migratesInTransactions() throws {
        struct Interruption: Error {}
        let next = Schema.migrations.count + 1
        let broken =
            Schema.migrations + [
                Migration(version: next) { database in
                    try database.execute(sql: "CREATE TABLE half (x)")
                    throw Interruption()
                }
            ]
        #expect(kind { _ = try Store(path: path, migrations: broken) } == .failed)
        #expect(try Store(path: path).check().schemaVersion == next - 1)
        let whole = Schema.migrations + [Migration(version: next) { try $0.execute(sql: "CREATE TABLE half (x)") }]
        #expect(try Store(path: path, migrations: whole).check().schemaVersion == next)
    }

    @Test("damaged pages are seen, whether they still can be read or not")
    func seesDamage() throws {
        do { _ = try Store(path: path) }
        write([UInt8](repeating: 0x5A, count: 4096), to: path, at: 4096)
        do {
            let health = try Store.inspect(path: path)
            #expect(health?.problems.isEmpty == false)
        } catch {
            #expect(error.kind == .damaged)
        }
    }

    @Test("a cut file is seen")
    func seesCutFiles() throws {
        do { _ = try Store(path: path) }
        #expect(truncate(path, 4096) == 0)
        do {
            let health = try Store.inspect(path: path)
            #expect(health?.problems.isEmpty == false)
        } catch {
            #expect(error.kind == .damaged)
        }
    }

    @Test(
        "a place that cannot be written is named", arguments: ["/dev/null/x/hunkwise.db", "/proc/hunkwise/hunkwise.db"])
    func namesUnwritablePlaces(path: String) throws {
        let error = try #require(throws: StoreError.self) { _ = try Store(path: path) }
        #expect(error.kind == .notWritable)
        #expect(error.description.hasPrefix(path))
    }

    @Test(
        "SQLite's result codes are told apart",
        arguments: [
            (5 as Int32, StoreError.Kind.locked), (6, .locked), (8, .notWritable), (14, .notWritable), (13, .diskFull),
            (11, .damaged), (26, .notADatabase), (10, .failed), (5 | 2 << 8, .locked), (8 | 5 << 8, .notWritable),
        ])
    func readsResultCodes(code: Int32, kind: StoreError.Kind) {
        let error = StoreError(code: code, message: "as SQLite says", path: "/x.db")
        #expect(error.kind == kind)
        #expect(error.description.contains("as SQLite says"))
    }

    @Test("every error says what to do", arguments: StoreError.Kind.allCases)
    func saysWhatToDo(kind: StoreError.Kind) {
        let text = StoreError(kind, path: "/x.db", cause: "cause").description
        #expect(text.hasPrefix("/x.db: ") && text.hasSuffix("."))
        #expect(text.split(separator: ". ").count >= 2)
    }
}

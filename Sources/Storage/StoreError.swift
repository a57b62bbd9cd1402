import GRDB

/// Why the database cannot be used: what happened, why, and what to do about it.
package struct StoreError: Error, Equatable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable {
        /// The directory or the file cannot be made, read or written.
        case notWritable
        case diskFull
        /// The file is no SQLite database.
        case notADatabase
        /// The file is a database of another program.
        case foreignDatabase
        /// The file is a SQLite database whose pages do not fit together.
        case damaged
        /// Another process holds it for longer than the waiting time.
        case locked
        /// A later version of Hunkwise has changed its layout.
        case newerSchema
        /// Anything else SQLite reports.
        case failed
    }

    package let kind: Kind
    package let path: String
    /// The cause in the words of the system or of SQLite.
    package let cause: String

    package init(_ kind: Kind, path: String, cause: String) {
        self.kind = kind
        self.path = path
        self.cause = cause
    }

    package var description: String {
        "\(path): \(whatHappened) (\(cause)). \(whatToDo)"
    }

    private var whatHappened: String {
        switch kind {
        case .notWritable: "the database cannot be opened for writing"
        case .diskFull: "the disk is full"
        case .notADatabase: "the file is not a database"
        case .foreignDatabase: "the database belongs to another program"
        case .damaged: "the database is damaged"
        case .locked: "another process holds the database"
        case .newerSchema: "the database was written by a later version of Hunkwise"
        case .failed: "the database reports an error"
        }
    }

    private var whatToDo: String {
        switch kind {
        case .notWritable: "Make the directory writable for this user, or name another file."
        case .diskFull: "Free some space; nothing that was reported as done is lost."
        case .notADatabase, .foreignDatabase: "Name another file, or move this one away."
        case .damaged:
            "Restore it from a backup, or move it away to begin a new one; spending so far would be forgotten."
        case .locked: "Wait for the other process or stop it."
        case .newerSchema: "Run that version; an older one must not write to it."
        case .failed: "Check the disk and the file."
        }
    }

    /// - Parameter code: a result code of SQLite, plain or extended.
    init(code: Int32, message: String, path: String) {
        let kind: Kind =
            switch code & 0xFF {
            case 3, 8, 14, 23: .notWritable  // PERM, READONLY, CANTOPEN, AUTH
            case 13: .diskFull
            case 26: .notADatabase
            case 11: .damaged
            case 5, 6: .locked  // BUSY, LOCKED
            default: .failed
            }
        self.init(kind, path: path, cause: message)
    }

    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
        } else if let error = error as? DatabaseError {
            self.init(
                code: error.extendedResultCode.rawValue,
                message: error.message ?? "SQLite error \(error.resultCode.rawValue)",
                path: path)
        } else {
            self.init(.failed, path: path, cause: "\(error)")
        }
    }
}

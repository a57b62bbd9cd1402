import JSON
import Domain
import HTTPClient

/// An answer while it is read.
struct AnswerReading {
    private(set) var reader: any AnswerReader
    /// Nil: the body is read whole.
    private var framing: StreamFraming?
    private var whole: [UInt8] = []
    private var events = 0
    private var trailing = 0
    private(set) var timeToFirstToken: Double?
    let start: ContinuousClock.Instant

    init(reader: any AnswerReader, framing: StreamFraming?, start: ContinuousClock.Instant) {
        self.reader = reader
        self.framing = framing
        self.start = start
    }

    /// Nothing that this kind of endpoint would send came.
    var isNothing: Bool { framing != nil && events == 0 }

    /// Bytes. A token in a stream takes some hundred bytes, hidden ones as well.
    static func bodyLimit(of call: PreparedCall) -> Int {
        min(max(4 << 20, call.outputTokenBound.multipliedReportingOverflow(by: 1024).partialValue), 64 << 20)
    }

    /// Bytes read behind the end mark, so that the connection can be used again.
    private static let mostTrailing = 64 << 10

    /// Returns the error that ended the reading early.
    mutating func readAll(_ body: some AsyncSequence<[UInt8], HTTPError>) async -> HTTPError? {
        do throws(HTTPError) {
            for try await piece in body {
                try take(piece)
                if reader.draft.isTooLarge || trailing > AnswerReading.mostTrailing { break }
            }
            try finish()
            return nil
        } catch {
            return error
        }
    }

    private mutating func take(_ piece: [UInt8]) throws(HTTPError) {
        if reader.draft.hasEnded {
            trailing += piece.count
            return
        }
        guard framing != nil else {
            if timeToFirstToken == nil { timeToFirstToken = start.secondsToNow }
            whole += piece
            return
        }
        for event in try framing?.feed(piece) ?? [] { take(event: event) }
    }

    private mutating func take(event: [UInt8]) {
        events += 1
        reader.read(event: event)
        if timeToFirstToken == nil, reader.draft.hasBegun { timeToFirstToken = start.secondsToNow }
    }

    private mutating func finish() throws(HTTPError) {
        if framing == nil {
            reader.read(body: whole)
        } else if let last = try framing?.finish(), isWhole(last) {
            take(event: last)
        }
    }

    /// An event without its end counts if it lacks nothing else; half a one is a sign of a stream cut short.
    private func isWhole(_ event: [UInt8]) -> Bool {
        event.elementsEqual("[DONE]".utf8) || (try? JSONReader.read(event)) != nil
    }
}

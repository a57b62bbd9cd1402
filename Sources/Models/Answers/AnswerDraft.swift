import JSON
import Domain

/// What a provider's answer has told so far, in no provider's words.
struct AnswerDraft {
    /// Why a provider says it stopped.
    enum Ending: Equatable {
        case complete
        case length
        case refused
        /// It broke off on the provider's side.
        case broken
        /// A word that no wire shape documents, or one for things that were not asked for.
        case unknown(String)
    }

    /// What the model wrote for others to read.
    private(set) var text = ""
    /// Any hidden token was seen.
    var sawReasoning = false
    /// A refusal in the model's or the provider's own words was seen.
    var sawRefusal = false
    var ending: Ending?
    /// The mark that ends an answer of this wire shape was seen.
    var hasEnded = false
    /// The last figures that came.
    var usage: UsageReading?
    var failure: CallFailure?
    var model: String?
    var id: String?
    /// More text than `visibleLimit` came.
    private(set) var isTooLarge = false

    /// Bytes. The largest answer a review asks for has a few thousand tokens.
    static let visibleLimit = 1 << 20

    mutating func append(_ piece: String) {
        guard text.utf8.count + piece.utf8.count <= AnswerDraft.visibleLimit else {
            isTooLarge = true
            return
        }
        text += piece
    }

    /// An error within an answer: figures that came before it are not final.
    mutating func fail(_ failure: CallFailure) {
        if self.failure == nil { self.failure = failure }
        usage = nil
    }

    /// Something has been said by the model, visible or not.
    var hasBegun: Bool { sawReasoning || !text.isEmpty }

    /// The answer may still become a whole one.
    var canContinue: Bool { !isTooLarge && !hasEnded }
}

/// Reads answers of one wire shape.
protocol AnswerReader: Sendable {
    var draft: AnswerDraft { get }
    /// One event of a stream: the data of a server-sent event, or a line.
    mutating func read(event data: [UInt8])
    /// The body of an answer that is not streamed.
    mutating func read(body: [UInt8])
}

extension AnswerReader {
    /// Names of models and calls are shown and stored: short and plain, or not at all.
    static func name(_ value: JSONValue?) -> String? {
        guard let text = value?.string, !text.isEmpty, text.utf8.count <= 200,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return text
    }
}

package import Domain

/// Why an answer cannot be used, in words for the model that gave it.
package struct AnswerComplaint: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable {
        /// Nothing, or blanks.
        case empty
        case tooLong
        /// No JSON value of the right form can be found.
        case noJSON
        /// Several that differ.
        case ambiguous
        /// JSON, but not as the schema says.
        case wrongForm
    }

    package let kind: Kind
    /// One short sentence; holds nothing of the answer.
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

extension ModelRequest {
    /// Bytes of an unusable answer that are shown to its model again.
    private static var repairLimit: Int { 4000 }

    /// The same request with the answer that could not be used and what was wrong with it: sent at most once.
    package func repairing(_ answer: String, _ complaint: AnswerComplaint) -> ModelRequest {
        var request = self
        // Of an answer that is far too long the beginning is enough to see what it was.
        let shown = ShownText.prefix(answer, bytes: Self.repairLimit)
        request.repair = Repair(
            answer: shown,
            complaint: "That answer could not be used: \(complaint.description) "
                + "Give the same answer again as the JSON object asked for, and nothing else.")
        return request
    }
}

package import Domain

/// The instructions and answer schemas of one version, read from resource files.
///
/// The text of a category is the same bytes in every request, and all categories begin alike, so that providers' caches
/// hit. A change of any text is a new version with new files; answers are cached by the exact request, so an old
/// answer is never taken for a new question.
package struct PromptVersion: Sendable {
    /// For the ledger, e.g. "review-v1".
    package let name: String
    package let schema: ModelRequest.AnswerSchema
    private let common: [UInt8]
    private let byCategory: [Category: [UInt8]]

    /// Reviewing the segments of a unit.
    package static let review = PromptVersion(
        name: "review-v1", schema: PackageResources.review_v1_schema_json, common: PackageResources.review_v1_common_md,
        byCategory: [
            .boilerplate: PackageResources.review_v1_boilerplate_md,
            .debugging: PackageResources.review_v1_debugging_md,
            .algorithm: PackageResources.review_v1_algorithm_md,
            .review: PackageResources.review_v1_review_md,
            .architecture: PackageResources.review_v1_architecture_md,
        ])

    /// Asking another model whether a finding is right.
    package static let confirmation = PromptVersion(
        name: "confirm-v1", schema: PackageResources.confirm_v1_schema_json, common: PackageResources.confirm_v1_md,
        byCategory: [:])

    private init(name: String, schema: [UInt8], common: [UInt8], byCategory: [Category: [UInt8]]) {
        self.name = name
        self.schema = ModelRequest.AnswerSchema(
            name: name == "review-v1" ? "findings" : "verdict",
            json: String(decoding: Self.withoutBlanks(schema), as: UTF8.self))
        self.common = common
        self.byCategory = byCategory
    }

    package func instructions(for category: Category) -> String {
        var bytes = common
        if let special = byCategory[category] { bytes += [0x0A] + special }
        while bytes.last == 0x0A { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A JSON text without the blanks between its tokens: the file is laid out for people, and each byte is paid for.
    private static func withoutBlanks(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in json {
            if !isInString, byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { continue }
            result.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString.toggle()
            }
        }
        return result
    }
}

package import Domain

/// A review that was made and not published.
package struct ObservedReview: Sendable {
    /// A comment at lines that it would have made.
    package struct Comment: Sendable {
        package var path: String
        /// Of the new side, or of the old one.
        package var line: Int
        package var isOnOldSide: Bool
        /// Markdown.
        package var body: String

        package init(path: String, line: Int, isOnOldSide: Bool, body: String) {
            self.path = path
            self.line = line
            self.isOnOldSide = isOnOldSide
            self.body = body
        }

        fileprivate var place: String {
            MarkdownText.code(path + ":\(line)") + (isOnOldSide ? " (before the change)" : "")
        }
    }

    package var review: String
    package var change: String
    package var head: String
    package var at: Instant
    package var comments: [Comment]
    /// The Markdown of its summary comment.
    package var summary: String

    package init(review: String, change: String, head: String, at: Instant, comments: [Comment], summary: String) {
        self.review = review
        self.change = change
        self.head = head
        self.at = at
        self.comments = comments
        self.summary = summary
    }
}

/// `report --observed`.
package enum ObservedReviews {
    package static func text(_ reviews: [ObservedReview], now: Instant) -> String {
        guard !reviews.isEmpty else { return "Nothing was observed that is not published.\n" }
        let width = reviews.map { TerminalText.columnsOf($0.change) }.max() ?? 0
        return reviews.map { review in
            "\(review.review)  \(TerminalText.padded(TerminalText.line(review.change), to: width))  "
                + "\(review.head.prefix(7))  \(Age.text(now.seconds(since: review.at))) ago  "
                + Wording.plural(review.comments.count, "comment") + "\n"
        }.joined()
            + "\n`hunkwise report --observed --format markdown` shows them whole; `hunkwise post REVIEW` publishes one.\n"
    }

    package static func markdown(_ reviews: [ObservedReview]) -> String {
        reviews.map { review in
            let comments = review.comments.map { "### \($0.place)\n\n\($0.body)\n" }
            return
                (["## \(review.change) at \(review.head.prefix(7)), review \(review.review)\n\n\(review.summary)\n"]
                + comments).joined(separator: "\n")
        }
        .joined(separator: "\n")
    }

    package static func json(_ reviews: [ObservedReview]) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.array("observed", reviews) { json, review in
                json.object { json in
                    json.field("review", review.review)
                    json.field("change", review.change)
                    json.field("head", review.head)
                    json.field("at", Timestamp.text(review.at))
                    json.array("comments", review.comments) { json, comment in
                        json.object { json in
                            json.field("path", comment.path)
                            json.field("line", comment.line)
                            json.field("side", comment.isOnOldSide ? "old" : "new")
                            json.field("body", comment.body)
                        }
                    }
                    json.field("summary", review.summary)
                }
            }
        }
        writer.endLine()
        return writer.bytes
    }
}

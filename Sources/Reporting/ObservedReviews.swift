package import Domain

/// A review that was made and not published.
package struct ObservedReview: Sendable {
    package var review: String
    package var change: String
    package var head: String
    package var at: Instant
    /// Comments at lines that it would have made.
    package var comments: Int
    /// The Markdown of its summary comment.
    package var summary: String

    package init(review: String, change: String, head: String, at: Instant, comments: Int, summary: String) {
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
                + Wording.plural(review.comments, "comment") + "\n"
        }.joined()
            + "\n`hunkwise report --observed --format markdown` shows them whole; `hunkwise post REVIEW` publishes one.\n"
    }

    package static func markdown(_ reviews: [ObservedReview]) -> String {
        reviews.map { "## \($0.change) at \($0.head.prefix(7)), review \($0.review)\n\n\($0.summary)\n" }
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
                    json.field("comments", review.comments)
                    json.field("summary", review.summary)
                }
            }
        }
        writer.endLine()
        return writer.bytes
    }
}

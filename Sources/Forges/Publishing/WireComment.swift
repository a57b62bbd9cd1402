import Domain

/// A comment or a review in a list, as far as it is looked at.
struct WireComment: Decodable, Sendable {
    var id: Int64
    var body: String?
    var user: WireAccount?
    /// Of reviews: "PENDING" until it is submitted.
    var state: String?
    /// Of reviews: the commit it is placed on.
    var commit_id: String?
    /// Of answers to comments at lines.
    var in_reply_to_id: Int64?
}

struct WireID: Decodable, Sendable {
    var id: Int64
}

/// Comments of a list, told apart by who wrote them.
struct OwnComments: Sendable {
    struct Own: Sendable {
        var comment: WireComment
        var marks: Set<Markers.Mark>
    }

    var own: [Own] = []
    /// Marks that were not believed: in comments of others, or with a wrong code.
    var forged = 0

    init(_ comments: [WireComment], of identity: ForgeIdentity, markers: Markers) {
        for comment in comments {
            let reading = markers.read(comment.body ?? "")
            forged += reading.forged
            if let actor = comment.user?.actor, identity.isAccount(of: actor) {
                own.append(Own(comment: comment, marks: reading.marks))
            } else {
                forged += reading.marks.count
            }
        }
    }

    func first(_ mark: Markers.Mark) -> Own? { own.first { $0.marks.contains(mark) } }
}

import GitHubServer
import ModelServer
import Testing

/// A place of a comment, and what the service says to it: nil where it takes it.
struct PlaceCase: Sendable, CustomTestStringConvertible {
    var what: String
    /// Members of the comment beside its body.
    var place: String
    var refusal: String?

    init(_ what: String, _ place: String, _ refusal: String? = nil) {
        self.what = what
        self.place = place
        self.refusal = refusal
    }

    var testDescription: String { what }

    static let all = [
        PlaceCase("an added line", #""path":"src/cart.py","line":3,"side":"RIGHT""#),
        PlaceCase("an added line, the side left out", #""path":"src/cart.py","line":17"#),
        PlaceCase("a removed line", #""path":"src/cart.py","line":3,"side":"LEFT""#),
        PlaceCase("a line of context", #""path":"src/cart.py","line":1,"side":"RIGHT""#),
        PlaceCase("a line of a new file", #""path":"src/new.py","line":3"#),
        PlaceCase("a line of a removed file", #""path":"src/old.py","line":1,"side":"LEFT""#),
        PlaceCase("a position", #""path":"src/cart.py","position":3"#),
        PlaceCase("a position in the second hunk", #""path":"src/cart.py","position":12"#),
        PlaceCase("a range", #""path":"src/cart.py","start_line":1,"line":3,"start_side":"RIGHT","side":"RIGHT""#),
        PlaceCase(
            "a range from the old side",
            #""path":"src/cart.py","start_line":3,"line":3,"start_side":"LEFT","side":"RIGHT""#),
        PlaceCase("a path that is not changed", #""path":"README.md","line":1"#, "path is invalid"),
        PlaceCase("a path that is not there", #""path":"nope.py","line":1"#, "path is invalid"),
        PlaceCase("the old path of a rename", #""path":"docs/a.md","line":1"#, "path is invalid"),
        PlaceCase("a line between hunks", #""path":"src/cart.py","line":10"#, "line must be part of the diff"),
        PlaceCase("a line beyond the file", #""path":"src/cart.py","line":99"#, "line must be part of the diff"),
        PlaceCase("line nought", #""path":"src/cart.py","line":0"#, "line must be part of the diff"),
        PlaceCase(
            "a line on the wrong side", #""path":"src/new.py","line":1,"side":"LEFT""#, "line must be part of the diff"),
        PlaceCase(
            "a new line of a removed file", #""path":"src/old.py","line":1,"side":"RIGHT""#,
            "line must be part of the diff"),
        PlaceCase("a binary file", #""path":"logo.bin","line":1"#, "line must be part of the diff"),
        PlaceCase("a rename without a change", #""path":"docs/b.md","line":1"#, "line must be part of the diff"),
        PlaceCase(
            "a range of one line", #""path":"src/cart.py","start_line":3,"line":3"#,
            "start line must precede the end line."),
        PlaceCase(
            "a range that runs backwards", #""path":"src/cart.py","start_line":4,"line":3"#,
            "start line must precede the end line."),
        PlaceCase(
            "a range over two hunks", #""path":"src/cart.py","start_line":3,"line":17"#,
            "start line must be part of the same hunk as the line."),
        PlaceCase(
            "a range that begins outside", #""path":"src/cart.py","start_line":10,"line":17"#,
            "start line must be part of the same hunk as the line."),
        PlaceCase("neither line nor position", #""path":"src/cart.py""#, "line can't be blank"),
        PlaceCase("position nought", #""path":"src/cart.py","position":0"#, "position could not be resolved"),
        PlaceCase(
            "a position beyond the diff", #""path":"src/cart.py","position":99"#, "position could not be resolved"),
    ]
}

@Suite("Places of comments")
struct PositionTests {
    @Test("are checked against the real diff, in a review", arguments: PlaceCase.all)
    func inReview(place: PlaceCase) async throws {
        try await onStage { stage in
            let answer = await stage.bot.send(
                "POST", Stage.reviews,
                #"{"event":"COMMENT","comments":[{"body":"Fine","path":"src/new.py","line":1},{"body":"Hm",\#(place.place)}]}"#
            )
            let posted = try stage.world.reviewComments(of: 1, in: "acme/shop")
            if let refusal = place.refusal {
                #expect(answer.status == 422)
                #expect(answer.json["message"] == "Unprocessable Entity")
                #expect(answer.complaint.contains("Pull request review thread " + refusal), "\(answer.text)")
                // One bad comment refuses the whole review.
                #expect(posted.isEmpty)
                #expect(try stage.world.reviews(of: 1, in: "acme/shop").isEmpty)
            } else {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(posted.count == 2)
            }
        }
    }

    @Test("are checked in a comment of its own", arguments: PlaceCase.all)
    func alone(place: PlaceCase) async throws {
        try await onStage { stage in
            let answer = await stage.bot.send(
                "POST", Stage.reviewComments, #"{"body":"Hm","commit_id":"\#(try stage.head())",\#(place.place)}"#)
            if place.refusal != nil {
                #expect(answer.status == 422)
                #expect(answer.json["message"] == "Validation Failed")
                let fields = (answer.json["errors"]?.items ?? []).compactMap { $0["field"]?.text }
                #expect(fields.allSatisfy { $0.hasPrefix("pull_request_review_thread.") }, "\(answer.text)")
                #expect(try stage.world.reviewComments(of: 1, in: "acme/shop").isEmpty)
            } else {
                #expect(answer.status == 201, "\(answer.text)")
                #expect(answer.json["path"]?.text != nil)
                #expect(answer.json["diff_hunk"]?.text?.hasPrefix("@@ ") == true)
            }
        }
    }

    @Test("are told by line, side, range and position")
    func answers() async throws {
        try await onStage { stage in
            let answer = await stage.bot.send(
                "POST", Stage.reviewComments,
                #"{"body":"Hm","commit_id":"\#(try stage.head())","path":"src/cart.py","start_line":16,"line":17}"#)
            #expect(answer.json["line"] == 17)
            #expect(answer.json["start_line"] == 16)
            #expect(answer.json["side"] == "RIGHT")
            #expect(answer.json["subject_type"] == "line")
            #expect(answer.json["diff_hunk"]?.text?.hasSuffix("-line 17\n+changed 17") == true)
            let file = await stage.bot.send(
                "POST", Stage.reviewComments,
                #"{"body":"Hm","commit_id":"\#(try stage.head())","path":"logo.bin","subject_type":"file"}"#)
            #expect(file.status == 201, "\(file.text)")
            #expect(file.json["subject_type"] == "file")
        }
    }

    @Test("move with the code, and are lost when it changes")
    func outdated() async throws {
        try await onStage { stage in
            for line in [3, 17] {
                let posted = await stage.bot.send(
                    "POST", Stage.reviewComments,
                    #"{"body":"Hm","commit_id":"\#(try stage.head())","path":"src/cart.py","line":\#(line)}"#)
                #expect(posted.status == 201)
            }
            try stage.world.commit(
                ["src/cart.py": "new first\n" + Stage.lines([3: "changed 3", 17: "changed again"])], on: "feature",
                in: "acme/shop")
            try stage.world.push(1, in: "acme/shop")
            let list = await stage.bot.get(Stage.reviewComments).items
            #expect(list.map { $0["line"] } == [4, .null])
            #expect(list.map { $0["original_line"] } == [3, 17])
        }
    }
}

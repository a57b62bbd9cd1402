import GitHubServer
import ModelServer
import Testing

/// A body that breaks a rule, and how the service answers it. `HEAD` stands for the head's commit.
struct Mistake: Sendable, CustomTestStringConvertible {
    var what: String
    var method = "POST"
    var path: String
    var body: String
    var status = 422
    /// A part of the message or of an error.
    var mark: String

    var testDescription: String { what }
}

private let longText = String(repeating: "x", count: 65_537)
private let fittingText = String(repeating: "x", count: 65_536)
private let annotation = #"{"path":"a","start_line":1,"end_line":1,"annotation_level":"notice","message":"m"}"#

private func review(_ what: String, _ body: String, status: Int = 422, _ mark: String) -> Mistake {
    Mistake(what: "a review: " + what, path: Stage.reviews, body: body, status: status, mark: mark)
}

private func comment(_ what: String, _ body: String, _ mark: String) -> Mistake {
    Mistake(what: "a review comment: " + what, path: Stage.reviewComments, body: body, mark: mark)
}

private func check(_ what: String, _ more: String, _ mark: String) -> Mistake {
    Mistake(
        what: "a check run: " + what, path: Stage.checks, body: #"{"name":"n","head_sha":"HEAD"\#(more)}"#,
        mark: mark)
}

private func annotated(_ what: String, _ annotations: String, _ mark: String) -> Mistake {
    check(what, #","output":{"title":"t","summary":"s","annotations":[\#(annotations)]}"#, mark)
}

private let mistakes: [Mistake] =
    [
        review("no JSON", #"{"event":"#, status: 400, "Problems parsing JSON"),
        review("no object", #"["COMMENT"]"#, status: 400, "Body should be a JSON object"),
        review("an unknown event", #"{"event":"LIKE","body":"x"}"#, "is not a member of"),
        review("an event as a number", #"{"event":1,"body":"x"}"#, "1 is not a member of"),
        review("an unknown field", #"{"event":"COMMENT","body":"x","mood":"good"}"#, "is not a permitted key"),
        review("a body as a number", #"{"event":"COMMENT","body":3}"#, "3 is not a string"),
        review("comments as an object", #"{"event":"COMMENT","comments":{}}"#, "is not an array"),
        review(
            "a comment without a path", #"{"event":"COMMENT","comments":[{"body":"x","line":3}]}"#,
            "\"path\" wasn't supplied"),
        review(
            "a comment without a body", #"{"event":"COMMENT","comments":[{"path":"src/cart.py","line":3}]}"#,
            "\"body\" wasn't supplied"),
        review(
            "a comment with an empty body",
            #"{"event":"COMMENT","comments":[{"body":"","path":"src/cart.py","line":3}]}"#, "can't be blank"),
        review(
            "a line as text", #"{"event":"COMMENT","comments":[{"body":"x","path":"src/cart.py","line":"3"}]}"#,
            "is not an integer"),
        review(
            "a side in small letters",
            #"{"event":"COMMENT","comments":[{"body":"x","path":"src/cart.py","line":3,"side":"right"}]}"#,
            "side is invalid"),
        review(
            "a subject type in a review's comment",
            #"{"event":"COMMENT","comments":[{"body":"x","path":"logo.bin","subject_type":"file"}]}"#,
            "is not a permitted key"),
        review("COMMENT without a body", #"{"event":"COMMENT"}"#, "Body can't be blank"),
        review(
            "REQUEST_CHANGES without a body",
            #"{"event":"REQUEST_CHANGES","comments":[{"body":"x","path":"src/cart.py","line":3}]}"#,
            "Body can't be blank"),
        review(
            "too long a body", #"{"event":"COMMENT","body":"\#(longText)"}"#, "too long (maximum is 65536 characters)"),
        review(
            "too long a comment",
            #"{"event":"COMMENT","comments":[{"body":"\#(longText)","path":"src/cart.py","line":3}]}"#,
            "too long (maximum is 65536 characters)"),
        review(
            "a commit of another branch", #"{"event":"COMMENT","body":"x","commit_id":"BASE"}"#,
            "not part of the pull request"),
        comment("nothing", "{}", "wasn't supplied"),
        comment("no commit", #"{"body":"x","path":"src/cart.py","line":3}"#, "\"commit_id\" wasn't supplied"),
        comment(
            "an unknown side", #"{"body":"x","commit_id":"HEAD","path":"src/cart.py","line":3,"side":"UP"}"#,
            "is not a member of"),
        comment("an empty body", #"{"body":" ","commit_id":"HEAD","path":"src/cart.py","line":3}"#, "missing_field"),
        comment(
            "a commit outside", #"{"body":"x","commit_id":"BASE","path":"src/cart.py","line":3}"#,
            "end_commit_oid is not part of the pull request"),
        Mistake(what: "a comment: no body", path: Stage.comments, body: "{}", mark: "\"body\" wasn't supplied"),
        Mistake(what: "a comment: an empty body", path: Stage.comments, body: #"{"body":""}"#, mark: "missing_field"),
        Mistake(
            what: "a comment: too long", path: Stage.comments, body: #"{"body":"\#(longText)"}"#,
            mark: "too long (maximum is 65536 characters)"),
        Mistake(what: "a comment: null", path: Stage.comments, body: #"{"body":null}"#, mark: "nil is not a string"),
        Mistake(
            what: "a reaction that is none", path: "/repos/acme/shop/issues/1/reactions", body: #"{"content":"meh"}"#,
            mark: "is not a member of"),
        Mistake(
            what: "labels: numbers", path: "/repos/acme/shop/issues/1/labels", body: #"{"labels":[1]}"#,
            mark: "is not a string"),
        Mistake(
            what: "labels: none to add", path: "/repos/acme/shop/issues/1/labels", body: #"{"labels":[]}"#,
            mark: "no fewer than 1 items"),
        Mistake(
            what: "labels: an empty name", path: "/repos/acme/shop/issues/1/labels", body: #"{"labels":[""]}"#,
            mark: "missing_field"),
        Mistake(
            what: "labels: too long a name", path: "/repos/acme/shop/issues/1/labels",
            body: #"["\#(String(repeating: "x", count: 51))"]"#, mark: "maximum is 50 characters"),
        Mistake(
            what: "a label's colour", path: "/repos/acme/shop/labels", body: ##"{"name":"a","color":"#ff0000"}"##,
            mark: "invalid"),
        Mistake(
            what: "a label's description", path: "/repos/acme/shop/labels",
            body: #"{"name":"a","description":"\#(String(repeating: "x", count: 101))"}"#,
            mark: "maximum is 100 characters"),
        Mistake(
            what: "a pull request: an unknown state", method: "PATCH", path: "/repos/acme/shop/pulls/1",
            body: #"{"state":"merged"}"#, mark: "is not a member of"),
        Mistake(
            what: "a pull request: no title", method: "PATCH", path: "/repos/acme/shop/pulls/1", body: #"{"title":""}"#,
            mark: "missing_field"),
        Mistake(
            what: "a pull request: an unknown base", method: "PATCH", path: "/repos/acme/shop/pulls/1",
            body: #"{"base":"nope"}"#, mark: "invalid"),
    ]
    + [
        Mistake(
            what: "a check run: no name", path: Stage.checks, body: #"{"head_sha":"HEAD"}"#,
            mark: "\"name\" wasn't supplied"),
        Mistake(
            what: "a check run: no commit", path: Stage.checks, body: #"{"name":"n"}"#,
            mark: "\"head_sha\" wasn't supplied"),
        Mistake(
            what: "a check run: an unknown commit", path: Stage.checks,
            body: #"{"name":"n","head_sha":"\#(String(repeating: "a", count: 40))"}"#, mark: "No commit found for SHA"),
        check("completed without a conclusion", #","status":"completed""#, "\"conclusion\" wasn't supplied"),
        check("an unknown status", #","status":"done""#, "is not a member of"),
        check("an unknown conclusion", #","conclusion":"good""#, "is not a member of"),
        check("stale, which is the service's to say", #","conclusion":"stale""#, "invalid"),
        check("a time that is none", #","started_at":"yesterday""#, "is not a valid date-time"),
        check("an address that is none", #","details_url":"javascript:x""#, "http or https"),
        check("an output without a title", #","output":{"summary":"s"}"#, "\"title\" wasn't supplied"),
        check("an output without a summary", #","output":{"title":"t"}"#, "\"summary\" wasn't supplied"),
        check(
            "too long a summary", #","output":{"title":"t","summary":"\#(fittingText)"}"#,
            "only 65535 characters are allowed; 65536 were supplied"),
        check(
            "too long a text", #","output":{"title":"t","summary":"s","text":"\#(fittingText)"}"#,
            "only 65535 characters are allowed"),
        check(
            "four actions",
            #","actions":[\#(Array(repeating: #"{"label":"a","description":"b","identifier":"c"}"#, count: 4).joined(separator: ","))]"#,
            "no more than 3 items are allowed; 4 were supplied"),
        check(
            "too long a label of an action",
            #","actions":[{"label":"\#(String(repeating: "x", count: 21))","description":"b","identifier":"c"}]"#,
            "only 20 characters are allowed"),
        annotated(
            "51 annotations", Array(repeating: annotation, count: 51).joined(separator: ","),
            "no more than 50 items are allowed; 51 were supplied"),
        annotated(
            "an annotation without a message", #"{"path":"a","start_line":1,"end_line":1,"annotation_level":"notice"}"#,
            "\"message\" wasn't supplied"),
        annotated(
            "an unknown level", #"{"path":"a","start_line":1,"end_line":1,"annotation_level":"error","message":"m"}"#,
            "is not a member of"),
        annotated(
            "an annotation on line nought",
            #"{"path":"a","start_line":0,"end_line":1,"annotation_level":"notice","message":"m"}"#,
            "must be greater than 0"),
        annotated(
            "an annotation that ends before it begins",
            #"{"path":"a","start_line":3,"end_line":2,"annotation_level":"notice","message":"m"}"#,
            "greater than or equal to start_line"),
        annotated(
            "columns on several lines",
            #"{"path":"a","start_line":1,"end_line":2,"start_column":1,"annotation_level":"notice","message":"m"}"#,
            "cannot be set when"),
        annotated(
            "too long a title of an annotation",
            #"{"path":"a","start_line":1,"end_line":1,"annotation_level":"notice","message":"m","title":"\#(String(repeating: "x", count: 256))"}"#,
            "only 255 characters are allowed"),
    ]
    + [
        status("no state", "{}", "\"state\" wasn't supplied"),
        status("an unknown state", #"{"state":"neutral"}"#, "is not a member of"),
        status(
            "too long a description", #"{"state":"success","description":"\#(String(repeating: "x", count: 141))"}"#,
            "maximum is 140 characters"),
        status(
            "too long a context", #"{"state":"success","context":"\#(String(repeating: "x", count: 256))"}"#,
            "maximum is 255 characters"),
        status("an address that is none", #"{"state":"success","target_url":"ftp://x"}"#, "http(s)"),
        Mistake(
            what: "a status: an unknown commit", path: "/repos/acme/shop/statuses/\(String(repeating: "a", count: 40))",
            body: #"{"state":"success"}"#, mark: "No commit found for SHA"),
        Mistake(
            what: "a status: a branch's name", path: "/repos/acme/shop/statuses/feature", body: #"{"state":"success"}"#,
            mark: "No commit found for SHA"),
    ]

private func status(_ what: String, _ body: String, _ mark: String) -> Mistake {
    Mistake(what: "a status: " + what, path: "/repos/acme/shop/statuses/HEAD", body: body, mark: mark)
}

/// What the service takes, one for most mistakes.
private let right: [(String, String, String, Int)] = [
    ("POST", Stage.reviews, #"{"event":"COMMENT","body":"\#(fittingText)"}"#, 200),
    ("POST", Stage.reviews, #"{"comments":[{"body":"x","path":"src/cart.py","line":3,"side":"RIGHT"}]}"#, 200),
    ("POST", Stage.reviews, #"{"event":"REQUEST_CHANGES","body":"x","commit_id":"HEAD"}"#, 200),
    ("POST", Stage.reviews, #"{"event":"APPROVE"}"#, 200),
    ("POST", Stage.comments, #"{"body":"\#(fittingText)"}"#, 201),
    ("POST", "/repos/acme/shop/issues/1/reactions", #"{"content":"eyes"}"#, 201),
    ("POST", "/repos/acme/shop/issues/1/labels", #"["bug"]"#, 200),
    ("PUT", "/repos/acme/shop/issues/1/labels", #"{"labels":["bug","new"]}"#, 200),
    ("POST", "/repos/acme/shop/labels", #"{"name":"a","color":"FF0000","description":"x"}"#, 201),
    ("PATCH", "/repos/acme/shop/pulls/1", #"{"title":"New","body":null}"#, 200),
    ("POST", Stage.checks, #"{"name":"n","head_sha":"HEAD","status":"in_progress","unknown":1}"#, 201),
    (
        "POST", Stage.checks,
        #"{"name":"n","head_sha":"HEAD","conclusion":"neutral","details_url":"https://x","output":{"title":"t","summary":"s","annotations":[\#(Array(repeating: annotation, count: 50).joined(separator: ","))]}}"#,
        201
    ),
    ("POST", "/repos/acme/shop/statuses/HEAD", #"{"state":"success","description":null,"context":"hunkwise"}"#, 201),
]

@Suite("Bodies of requests")
struct BodyTests {
    /// The App of the stage may set statuses too.
    private func client(_ stage: Stage) -> RawClient {
        let permissions = World.reviewing.merging(["statuses": "write"]) { old, _ in old }
        return RawClient(
            port: stage.server.port, token: stage.world.token(of: stage.installation, permissions: permissions))
    }

    private func filled(_ text: String, _ stage: Stage) throws -> String {
        let pull = try stage.world.pull(1, in: "acme/shop")
        return text.replacing("HEAD", with: pull.headCommit).replacing("BASE", with: pull.baseCommit)
    }

    @Test("that break a rule are refused in the service's form, and do nothing", arguments: mistakes)
    func refusal(mistake: Mistake) async throws {
        try await onStage { stage in
            let answer = await client(stage).send(
                mistake.method, try filled(mistake.path, stage), try filled(mistake.body, stage))
            #expect(answer.status == mistake.status, "\(answer.text)")
            #expect(answer.complaint.replacing("\\\"", with: "\"").contains(mistake.mark), "\(answer.text)")
            #expect(answer.json["documentation_url"]?.text?.hasPrefix("https://docs.github.com/rest") == true)
            #expect(stage.server.traffic.refused.map(\.status) == [mistake.status])
            #expect(try stage.world.reviews(of: 1, in: "acme/shop").isEmpty)
            #expect(try stage.world.comments(of: 1, in: "acme/shop").isEmpty)
            #expect(try stage.world.checkRuns(in: "acme/shop").isEmpty)
            #expect(try stage.world.statuses(in: "acme/shop").isEmpty)
        }
    }

    @Test("that keep the rules are taken", arguments: right)
    func acceptance(method: String, path: String, body: String, status: Int) async throws {
        try await onStage { stage in
            let answer = await client(stage).send(method, try filled(path, stage), try filled(body, stage))
            #expect(answer.status == status, "\(answer.text)")
            #expect(stage.server.traffic.refused.isEmpty)
        }
    }
}

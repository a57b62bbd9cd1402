import Diffs
import Domain
import Rules
import SyntaxTrees
import Testing

@testable import Reviewing

@Suite("Code frames")
struct CodeFrameTests {
    private static let token = "gh" + "p_" + "16C7e42F292c6912E7710c838347Ae178B4a"
    private static let path = Path("a.py")

    private func source(_ lines: [String]) -> ChangedSource {
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        return ChangedSource(
            file: FileDiff.adding(path: Self.path, contents: bytes), base: nil,
            head: ParsedSource(path: Self.path, bytes: bytes, grammars: nil))
    }

    private func finding(_ line: Int, from start: Int? = nil, cwe: String? = nil) -> Finding {
        Finding(
            path: Self.path, side: .new, startLine: start ?? line, line: line, severity: .high, category: .review,
            rule: "r", cwe: cwe, title: "t", explanation: "e", confidence: 1, model: "builtin", quotedLine: [])
    }

    private func frame(_ lines: [String], _ finding: Finding, among others: [Finding] = []) -> [String] {
        var framing = Framing(
            of: source(lines), scanner: .builtin, credentials: CredentialLines([finding] + others))
        return framing.frame(around: finding)?.lines.map { "\($0.number) " + String(decoding: $0.text, as: UTF8.self) }
            ?? []
    }

    @Test("a frame shows two lines on both sides, and no more than the file has")
    func lines() {
        let lines = (1...9).map { "line \($0)" }
        #expect(frame(lines, finding(5)) == ["3 line 3", "4 line 4", "5 line 5", "6 line 6", "7 line 7"])
        #expect(frame(lines, finding(1)) == ["1 line 1", "2 line 2", "3 line 3"])
        #expect(frame(lines, finding(9)) == ["7 line 7", "8 line 8", "9 line 9"])
        #expect(frame(lines, finding(40)).isEmpty)
        #expect(frame(lines, finding(.max)).isEmpty)
        #expect(frame((1...60).map { "l\($0)" }, finding(50, from: 3)).first == "38 l38")
    }

    @Test("a value that one line gives away is masked on every line of the file, however far away")
    func farAway() {
        var lines = (1...3000).map { "x\($0) = f(\($0))" }
        lines[0] = "auth_token = \"kJ8dPq2LmZx7RtVw3Nb5Yc9H\""
        lines[2500] = "send(kJ8dPq2LmZx7RtVw3Nb5Yc9H)"
        #expect(frame(lines, finding(2500)).contains("2501 send([secret])"))
    }

    @Test("the file is read in blocks, and a frame on the seam of two has its lines", arguments: [255, 256, 257, 512])
    func seams(line: Int) {
        let lines = (1...800).map { "x\($0) = f(\($0))" }
        #expect(frame(lines, finding(line)) == (line - 2...line + 2).map { "\($0) x\($0) = f(\($0))" })
    }

    @Test("in a text too large to be read whole, what stands around the finding is masked all the same")
    func largeText() {
        var lines = (1...40_000).map { "value_\($0) = compute_something(\($0), other=\($0))" }
        lines[30_000] = "client = Client(\"\(Self.token)\")"
        #expect(frame(lines, finding(30_002)).contains("30001 client = Client(\"[secret]\")"))
    }

    @Test("what only a finding says to be a credential is masked by its quotes, also beside another finding")
    func saidByFinding() {
        let lines = ["db.connect(", "    'host', 'pa\\'ss word',", "    unclosed=\"abc", ")"]
        let weak = finding(3, from: 2, cwe: "CWE-798")
        #expect(
            frame(lines, finding(1), among: [weak])
                == ["1 db.connect(", "2     '[secret]', '[secret]',", "3     unclosed=\"[secret]"])
    }

    @Test("no suggestion repeats a line that holds a credential")
    func suggestions() {
        var fix = finding(2)
        fix.suggestion = Suggestion(startLine: 2, line: 2, replacement: "connect('word', verify=True)")
        let credential = finding(3, from: 1, cwe: "CWE-798")
        #expect(CredentialLines([credential]).withoutSuggestions([fix]).first?.suggestion == nil)
        #expect(CredentialLines([finding(3)]).withoutSuggestions([fix]).first?.suggestion != nil)
    }
}

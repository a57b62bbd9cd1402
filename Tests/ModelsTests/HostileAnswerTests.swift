import JSON
import Domain
import Foundation
import HTTPClient
import TestKit
import Testing

@testable import Models

/// What must hold of an outcome whatever came.
private func expectSound(_ outcome: CallOutcome, _ comment: @autoclosure () -> String) {
    if let failure = outcome.failure {
        let message = failure.message
        #expect(message.utf8.count < 600, Comment(rawValue: comment()))
        #expect(!message.unicodeScalars.contains { $0.isHidden || $0 == "\n" }, Comment(rawValue: comment()))
        if let after = failure.retryAfter { #expect(after >= 0 && after <= 120) }
    }
    if let usage = outcome.usage {
        let counts = [
            usage.uncachedInput, usage.cachedInput, usage.cacheWrite, usage.longCacheWrite, usage.output,
            outcome.reasoningTokens ?? 0,
        ]
        #expect(counts.allSatisfy { $0 >= 0 && $0 <= 2 * UsageReading.mostTokens }, Comment(rawValue: comment()))
        #expect(outcome.isComplete, Comment(rawValue: comment()))
    }
    if let cost = outcome.returnedCost { #expect(cost >= .zero && cost <= Money(picodollars: 20_000_000_000_000_000)) }
    if outcome.answer != nil { #expect(outcome.isComplete, Comment(rawValue: comment())) }
    if let model = outcome.returnedModel { #expect(model.utf8.count <= 200) }
}

/// More rounds with HUNKWISE_FUZZ_ROUNDS.
private let rounds = ProcessInfo.processInfo.environment["HUNKWISE_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 100

@Suite struct HostileAnswerTests {
    @Test(arguments: try Recording.names())
    func `Answers with bytes changed, lost and doubled never trap nor break a promise`(_ name: String) async throws {
        let recording = try Recording(name)
        var generator = SeededGenerator(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
        for round in 0..<rounds {
            var body = recording.body
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !body.isEmpty {
                let place = Int.random(in: 0..<body.count, using: &generator)
                let end = min(body.count, place + Int.random(in: 0..<40, using: &generator))
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: body[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: body.removeSubrange(place..<end)
                case 2: body.insert(contentsOf: body[place..<end], at: place)
                case 3: body.insert(contentsOf: "-99999999999999999999e9".utf8, at: place)
                default: body.insert(contentsOf: "\",\"usage\":null,\"error\":{\"code\":429}".utf8, at: place)
                }
            }
            let outcome = try await recording.settings.call(Answering(head: recording.head, pieces: [body]))
            expectSound(outcome, "\(name), round \(round)")
        }
    }

    @Test(arguments: try Recording.names())
    func `Wrong types in any place give a failure, or an answer that is whole`(_ name: String) async throws {
        let recording = try Recording(name)
        let wrong: [JSONValue] = [
            .null, true, -1, .number("1e999"), "x", .array([.null]), .object([:]),
            .string(String(repeating: "\u{202E}", count: 300)),
        ]
        for (event, separator) in try events(of: recording) {
            for path in event.value.places() {
                for replacement in wrong {
                    let changed = event.value.replacing(path[...], by: replacement)
                    let body = event.before + changed.serialised + separator + event.after
                    let outcome = try await recording.settings.call(Answering(head: recording.head, pieces: [body]))
                    expectSound(outcome, "\(name) \(path) \(replacement)")
                }
            }
        }
    }

    private typealias Event = (before: [UInt8], value: JSONValue, after: [UInt8])

    /// The JSON values of a body, each with what stands before and behind it; the first, and the last two.
    private func events(of recording: Recording) throws -> [(Event, separator: [UInt8])] {
        guard recording.isStreamed else {
            return [(([], try JSONReader.read(recording.body), []), [])]
        }
        let lines = recording.body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var all: [(Event, separator: [UInt8])] = []
        for (index, line) in lines.enumerated() {
            let mark = Array("data: ".utf8)
            let isEvent = line.starts(with: mark)
            guard let value = try? JSONReader.read(Array(isEvent ? line.dropFirst(mark.count) : line)) else { continue }
            let before = Array(lines[..<index].joined(separator: [0x0A])) + (index > 0 ? [0x0A] : [])
            let after = Array(lines[(index + 1)...].joined(separator: [0x0A]))
            all.append(((before + (isEvent ? mark : []), value, after), [0x0A]))
        }
        return all.count > 3 ? [all[0]] + all.suffix(2) : all
    }

    @Test func `Text without end is cut off, and so are events without end`() async throws {
        let recording = try Recording("openai-stream")
        let piece = Array(
            (#"data: {"choices":[{"index":0,"delta":{"content":""# + String(repeating: "x", count: 60_000)
                + "\"}}]}\n\n").utf8)
        let long = try await recording.settings.call(
            Answering(head: recording.head, pieces: Array(repeating: piece, count: 40)))
        #expect(long.failure?.kind == .tooLarge && long.settlement == .bounded)
        let open = Array("data: \"".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
        let event = try await recording.settings.call(Answering(head: recording.head, pieces: [open, open]))
        #expect(event.failure?.kind == .tooLarge && event.usage == nil)
    }

    @Test(arguments: ["openai-stream", "anthropic-stream", "ollama-stream"])
    func `What comes behind the end is read over, for a while`(_ name: String) async throws {
        let recording = try Recording(name)
        let more = recording.body + Array("data: {\"error\":{\"code\":500}}\n\n".utf8)
        let lost = HTTPError(.connectionLost, wasSent: true, "lost")
        for pieces in [
            [more], [recording.body, more], [recording.body, [UInt8](repeating: 0x20, count: 1 << 20), more],
        ] {
            let outcome = try await recording.settings.call(
                Answering(head: recording.head, pieces: pieces, end: lost))
            #expect(outcome.answer?.finish == .complete && outcome.settlement == .exact)
        }
    }

    @Test(arguments: ProviderKind.allCases)
    func `A page, nothing, and other people's JSON are no answers`(_ kind: ProviderKind) async throws {
        var settings = EndpointSettings(name: "entry", kind: kind, baseURL: "https://h.example", model: "m")
        for isStreaming in [false, true] {
            settings.isStreaming = isStreaming
            for body in ["<html>Hello</html>", "", "{}", "[]", "null", "\"x\"", "data: hello", "{\"choices\":[]}"] {
                let outcome = try await settings.call(Answering(200, body))
                #expect(outcome.failure?.kind == .malformed || outcome.failure?.kind == .cut)
                #expect(outcome.settlement == .bounded)
            }
        }
        let page = try await settings.call(Answering(200, "<html>Hello</html>"))
        #expect(page.failure?.message == "entry sent text/html and no answer; check base_url and kind")
    }

    @Test func `Figures before an error are not final, those behind it are`() async throws {
        let recording = try Recording("openai-stream")
        let usage = #""usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}"#
        func outcome(_ events: String...) async throws -> CallOutcome {
            let body = events.map { "data: \($0)\n\n" }.joined()
            return try await recording.settings.call(Answering(head: recording.head, pieces: [Array(body.utf8)]))
        }
        let error = #"{"error":{"code":502,"message":"gone"}}"#
        let before = try await outcome("{\"choices\":[],\(usage)}", error, "[DONE]")
        #expect(before.failure?.kind == .serverError && before.usage == nil && before.settlement == .bounded)
        let behind = try await outcome(error, "{\"choices\":[],\(usage)}", "[DONE]")
        #expect(behind.failure?.kind == .serverError && behind.settlement == .exact)
        #expect(behind.usage == Usage(uncachedInput: 10, output: 2))
        let open = try await outcome(error, "{\"choices\":[],\(usage)}")
        #expect(open.failure?.kind == .serverError && open.settlement == .bounded)
        let old = try await outcome(#"{"object":"error","message":"maximum context length","code":400}"#, "[DONE]")
        #expect(old.failure?.kind == .contextTooLong)
    }

    @Test func `A stream needs both a reason and its end`() async throws {
        let recording = try Recording("openai-stream")
        let text = #"data: {"choices":[{"index":0,"delta":{"content":"{}"}}]}"# + "\n\n"
        let reason = #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
        for body in [text + "data: [DONE]\n\n", text + reason, text, ""] {
            let outcome = try await recording.settings.call(
                Answering(head: recording.head, pieces: [Array(body.utf8)]))
            #expect(outcome.failure?.kind == .cut && outcome.settlement == .bounded && !outcome.isComplete)
        }
    }

    @Test func `An endpoint that does not stream when asked to is read all the same`() async throws {
        for name in ["openai-whole", "anthropic-whole", "ollama-whole"] {
            let recording = try Recording(name)
            var settings = recording.settings
            settings.isStreaming = true
            let outcome = try await settings.call(Answering(head: recording.head, pieces: [recording.body]))
            #expect(outcome.answer?.finish == .complete && outcome.settlement == .exact)
        }
    }

    @Test(arguments: [
        ("<think>a</think>{}", "{}"), ("\n <think>\na\n</think>\n\n{}", "{}"), ("<think>a", ""), ("{}", "{}"),
        ("x <think>a</think>", "x <think>a</think>"), ("<think></think>", ""), ("", ""),
    ])
    func `Thoughts between tags are not part of the answer`(text: String, visible: String) {
        #expect(VisibleText.of(text) == visible)
    }

    @Test(
        arguments: [
            ("stop", nil), ("eos", nil), ("content_filter", .refused), ("SAFETY", .refused), ("error", .cut),
            ("network_error", .cut), ("tool_calls", .malformed), ("function_call", .malformed),
            ("\u{1B}[0m", .malformed),
            ("", .malformed),
        ] as [(String, CallFailure.Kind?)])
    func `Why an answer ended decides what it is worth`(word: String, kind: CallFailure.Kind?) async throws {
        let answer: JSONObject = [
            "choices": .array([
                .object(["message": .object(["content": "{}"]), "finish_reason": .string(word)])
            ])
        ]
        let settings = EndpointSettings(name: "e", kind: .openai, baseURL: "https://h.example", model: "m")
        let body = String(decoding: JSONValue.object(answer).serialised, as: UTF8.self)
        let outcome = try await settings.call(Answering(200, body))
        #expect(outcome.failure?.kind == kind)
        expectSound(outcome, word)
    }
}

extension JSONValue {
    /// Paths to every value inside, the outermost included.
    fileprivate func places() -> [[Int]] {
        let children: [JSONValue] =
            switch self {
            case .array(let elements): elements
            case .object(let object): object.members.map(\.value)
            default: []
            }
        return [[]] + children.enumerated().flatMap { index, child in child.places().map { [index] + $0 } }
    }

    fileprivate func replacing(_ path: ArraySlice<Int>, by value: JSONValue) -> JSONValue {
        guard let first = path.first else { return value }
        switch self {
        case .array(var elements):
            elements[first] = elements[first].replacing(path.dropFirst(), by: value)
            return .array(elements)
        case .object(var object):
            let member = object.members[first]
            object[member.key] = member.value.replacing(path.dropFirst(), by: value)
            return .object(object)
        default: return value
        }
    }
}

import Foundation
import TestKit
import Testing

@testable import Forges

private func pruned(_ text: String, keeping names: Set<String> = ["a", "bc"], depth: Int = 8, values: Int = 1000)
    -> String?
{
    var bounds = JSONBounds(bytes: 100_000)
    bounds.depth = depth
    bounds.values = values
    return JSONPruning(keeping: names, within: bounds).copy(of: Array(text.utf8))
        .map { String(decoding: $0, as: UTF8.self) }
}

@Suite("A JSON text without what nobody asks for")
struct JSONPruningTests {
    @Test(
        "keeps the named members at every depth, as they were written",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), (#"{"x":1}"#, "{}"), (#" { "x" : 1 , "a" : 2 } "#, #"{"a":2}"#),
            (#"{"a":{"x":[1,{"a":2}],"bc":[{"a":3,"y":4},{"z":{}}]},"x":{"a":5}}"#, #"{"a":{"bc":[{"a":3},{}]}}"#),
            (#"{"a":[ ],"bc":[1 , "]" , null],"c":"\""}"#, #"{"a":[],"bc":[1,"]",null]}"#),
            (#"{"a":-0.5e+10,"bc":"\u00e9\\\"é","a":true}"#, #"{"a":-0.5e+10,"bc":"\u00e9\\\"é","a":true}"#),
            (#"{"\u0061":1,"x\n":2}"#, #"{"\u0061":1,"x\n":2}"#), ("[]", "[]"), ("7", "7"),
            (#"{"x":"\\","a":"\\\"","bc":"\\\\"}"#, #"{"a":"\\\"","bc":"\\\\"}"#),
        ])
    func keeps(text: String, expected: String) {
        #expect(pruned(text) == expected)
    }

    @Test(
        "is not made of what is no JSON, not even where it would be left out",
        arguments: [
            "", " ", "{", "}", "{}}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"x\":2}", "{a:1}", "[1,]",
            "[,1]", "[1 2]", "[1}", "{\"x\":tru}", "{\"x\":nul", "{\"x\":01}", "{\"x\":1.}", "{\"x\":.5}", "{\"x\":-}",
            "{\"x\":1e}", "{\"x\":+1}", "{\"x\":\"", "{\"x\":\"\\", "{} {}", "{\"x\":[}",
            "\u{FEFF}{}",
        ])
    func refuses(text: String) {
        #expect(pruned(text) == nil)
    }

    @Test("stays within its bounds")
    func bounds() {
        #expect(pruned("[[1]]", depth: 2) != nil && pruned("[[[1]]]", depth: 2) == nil)
        #expect(pruned("{\"x\":[[1]]}", depth: 2) == nil)
        #expect(pruned("[1,2]", values: 3) != nil && pruned("[1,2,3]", values: 3) == nil)
        #expect(pruned("[" + String(repeating: " ", count: 100_000) + "]") == nil)
    }

    @Test("takes what the system's reader takes, and means the same", arguments: 0..<4)
    func agrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func value(_ depth: Int) -> Any {
            switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &random) {
            case 0: return Int.random(in: -1000...1000, using: &random)
            case 1: return ["", "é\"\\\n", "plain", "{[\",:"].randomElement(using: &random) ?? ""
            case 2: return Bool.random(using: &random)
            case 3: return NSNull()
            case 4: return (0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth + 1) }
            default:
                return Dictionary(
                    ["a", "bc", "x", "é", "ab"].prefix(Int.random(in: 0...5, using: &random)).map {
                        ($0, value(depth + 1))
                    }
                ) { first, _ in first }
            }
        }
        func without(_ value: Any) -> Any {
            if let list = value as? [Any] { return list.map(without) }
            guard let object = value as? [String: Any] else { return value }
            return object.filter { ["a", "bc"].contains($0.key) }.mapValues(without)
        }
        for _ in 0..<200 {
            let whole = ["a": value(0)]
            let data = try JSONSerialization.data(withJSONObject: whole)
            let text = try #require(pruned(String(decoding: data, as: UTF8.self)))
            let read = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
            #expect(read == without(whole) as? NSDictionary)
            var damaged = Array(data)
            damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0x20..<0x7F, using: &random)
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(damaged))) != nil
            #expect((pruned(String(decoding: damaged, as: UTF8.self)) != nil) || !isJSON)
        }
    }
}

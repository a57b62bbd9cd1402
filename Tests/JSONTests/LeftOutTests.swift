import Foundation
import TestKit
import Testing

@testable import JSON

private func read(_ text: String, keeping names: Set<String> = ["a", "bc"], limits: JSONReader.Limits = .init())
    -> JSONValue?
{
    try? JSONReader.read(Array(text.utf8), keeping: JSONNames(names), limits: limits)
}

@Suite("JSON without the members that nobody asks for")
struct LeftOutTests {
    @Test(
        "has the named ones at every depth, as they were written",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), (#"{"x":1}"#, "{}"), (#" { "x" : 1 , "a" : 2 } "#, #"{"a":2}"#),
            (#"{"a":{"x":[1,{"a":2}],"bc":[{"a":3,"y":4},{"z":{}}]},"x":{"a":5}}"#, #"{"a":{"bc":[{"a":3},{}]}}"#),
            (#"{"a":[ ],"bc":[1 , "]" , null],"c":"\""}"#, #"{"a":[],"bc":[1,"]",null]}"#),
            (#"{"a":-0.5e+10,"bc":"\u00e9\\\"é"}"#, #"{"a":-0.5e+10,"bc":"é\\\"é"}"#),
            (#"{"\u0061":1,"x\n":2}"#, #"{"a":1,"x\n":2}"#), ("[]", "[]"), ("7", "7"),
            (#"{"x":"\\","a":"\\\"","bc":"\\\\"}"#, #"{"a":"\\\"","bc":"\\\\"}"#),
            (#"{"x":{"y":[true,false,null,-1.5e3,"z",[]]},"":0,"a":2}"#, #"{"a":2}"#),
            ("{\"a\":1" + String(repeating: " ", count: 61) + ",\"x\"        :\t\n 3}", #"{"a":1}"#),
        ])
    func keeps(text: String, expected: String) {
        #expect(read(text).map { String(decoding: $0.serialised, as: UTF8.self) } == expected)
    }

    @Test(
        "is not read of what is no JSON, not even where it would be left out",
        arguments: [
            "", " ", "{", "}", "{}}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"x\":2}", "{a:1}", "[1,]",
            "[,1]", "[1 2]", "[1}", "{\"x\":tru}", "{\"x\":nul", "{\"x\":01}", "{\"x\":1.}", "{\"x\":.5}", "{\"x\":-}",
            "{\"x\":1e}", "{\"x\":+1}", "{\"x\":\"", "{\"x\":\"\\", "{} {}", "{\"x\":[}", "{\"x\":{\"y\":1,}}",
            "{\"x\":{\"y\" 1}}", "{\"x\":[1,]}",
        ])
    func refuses(text: String) {
        #expect(read(text) == nil)
    }

    @Test("a wanted name may not occur twice, others may")
    func repeated() {
        #expect(read(#"{"a":1,"a":2}"#) == nil && read(#"{"a":1,"\u0061":2}"#) == nil)
        #expect(read(#"{"x":1,"a":1,"x":2}"#) != nil)
    }

    @Test("counts towards the limits as a whole")
    func limits() {
        #expect(read("[[1]]", limits: .init(depth: 3)) != nil && read("[[[1]]]", limits: .init(depth: 3)) == nil)
        #expect(read("{\"x\":[[1]]}", limits: .init(depth: 3)) == nil)
        #expect(read("[1,2]", limits: .init(values: 3)) != nil && read("[1,2,3]", limits: .init(values: 3)) == nil)
        #expect(read("{\"x\":[1,2]}", limits: .init(values: 3)) == nil)
        #expect(read("[" + String(repeating: " ", count: 100) + "]", limits: .init(bytes: 100)) == nil)
    }

    @Test("is taken of what the system's reader takes, and means the same", arguments: 0..<4)
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
            let kept = try #require(read(String(decoding: data, as: UTF8.self)))
            let back = try #require(try JSONSerialization.jsonObject(with: Data(kept.serialised)) as? NSDictionary)
            #expect(back == without(whole) as? NSDictionary)
            var damaged = Array(data)
            damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0x20..<0x7F, using: &random)
            // Whatever is read in part is at least what is read as a whole.
            if (try? JSONReader.read(damaged)) != nil { #expect(read(String(decoding: damaged, as: UTF8.self)) != nil) }
        }
    }
}

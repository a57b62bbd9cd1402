import TestKit
import Testing

@testable import JSON

private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

@Suite struct JSONTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-0.5e-3", .number("-0.5e-3")),
        (#""a\"\\\/\b\f\n\r\té""#, "a\"\\/\u{8}\u{C}\n\r\té"), (#""😀\u0041""#, "😀A"),
        (#""\uD83Dx\uDE00""#, "\u{FFFD}x\u{FFFD}"), (#""\uD83DA""#, "\u{FFFD}A"), ("[]", .array([])),
        ("[1,[2,{}]]", .array([1, .array([2, .object([:])])])),
        (#"{"a":1,"b":{"a":2}}"#, .object(["a": 1, "b": .object(["a": 2])])),
        ("\u{FEFF}{}", .object([:])),
    ])
    func `What is JSON is read`(text: String, value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "{", "}", "[", "[1", "[1,]", "[,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
        "{1:1}",
        "01", "-", "+1", ".5", "1.", "1e", "1e+", "NaN", "Infinity", "0x1", "1 2", "\"", "\"\\\"", "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"", "\"\n\"", "'a'", "[1}", "{\"a\":1]", "\u{FEFF}", "// c\n1", "\u{0}",
    ])
    func `What is not JSON is not`(text: String) {
        #expect(throws: JSONProblem.self) { try read(text) }
    }

    @Test func `A key given twice is an error, at any level`() {
        #expect(throws: JSONProblem.duplicateKey) { try read(#"{"a":1,"b":2,"a":3}"#) }
        #expect(throws: JSONProblem.duplicateKey) { try read(#"[{"a":1,"\u0061":3}]"#) }
        for count in [2, 15, 16, 17, 40] {
            let members = (0..<count).map { #""k\#($0)":1"# }
            #expect(throws: Never.self) { try read("{" + members.joined(separator: ",") + "}") }
            for repeated in [members[0], members[count - 1]] {
                #expect(throws: JSONProblem.duplicateKey) {
                    try read("{" + (members + [repeated]).joined(separator: ",") + "}")
                }
            }
        }
    }

    @Test func `Depth, values and bytes are bounded`() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONProblem.tooMuch) { try read(deep) }
        #expect(throws: JSONProblem.tooMuch) { try read(String(repeating: "{\"a\":", count: 1000)) }
        let fits = String(repeating: "[", count: 63) + "1" + String(repeating: "]", count: 63)
        #expect(throws: Never.self) { try read(fits) }
        var limits = JSONReader.Limits()
        limits.values = 10
        #expect(throws: JSONProblem.tooMuch) {
            try JSONReader.read(Array("[1,2,3,4,5,6,7,8,9,10]".utf8), limits: limits)
        }
        limits.bytes = 3
        #expect(throws: JSONProblem.tooMuch) { try JSONReader.read(Array("1234".utf8), limits: limits) }
    }

    @Test func `Invalid UTF-8 in a text becomes replacement characters`() throws {
        #expect(try JSONReader.read([0x22, 0x61, 0xFF, 0xC3, 0x22]) == "a\u{FFFD}\u{FFFD}")
    }

    @Test(
        arguments: [
            ("12", 12), ("12.0", 12), ("1.2e1", 12), ("12.5", nil), ("1e30", nil), ("-7", -7),
            ("9223372036854775807", Int.max),
            ("9223372036854775808", nil), ("\"12\"", nil), ("true", nil),
        ] as [(String, Int?)])
    func `Only a whole number is a count`(text: String, count: Int?) throws {
        #expect(try read(text).integer == count)
    }

    @Test func `Writing and reading again gives the same value, and the same bytes`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let value = JSONValue.random(depth: 4, using: &generator)
            let bytes = value.serialised
            #expect(try JSONReader.read(bytes) == value)
            #expect(try JSONReader.read(bytes).serialised == bytes)
            #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F })
        }
    }

    @Test func `Any bytes are read or refused`() {
        var generator = SeededGenerator(seed: 12)
        let alphabet = Array("{}[]\",:\\u0123456789abcdefntrl.eE+- \n".utf8) + [0xFF, 0xC3, 0xED, 0xA0, 0x00]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).compactMap { _ in
                alphabet.randomElement(using: &generator)
            }
            if let value = try? JSONReader.read(bytes) {
                #expect((try? JSONReader.read(value.serialised)) == value)
            }
        }
    }

    @Test func `A member of what is no object is nothing, and null is as good as missing`() throws {
        let value = try read(#"{"a":null,"b":[1],"c":{"d":"x"}}"#)
        #expect(value["a"] == nil && value["b"]?["d"] == nil && value["c"]?["d"] == "x" && value["z"] == nil)
    }
}

extension JSONValue {
    static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: JSONValue(Int.random(in: .min ... .max, using: &generator))
        case 3: JSONValue(Double.random(in: -1e6...1e6, using: &generator))
        case 4:
            .string(
                String(
                    String.UnicodeScalarView(
                        (0..<Int.random(in: 0..<8, using: &generator)).compactMap { _ in
                            Unicode.Scalar(UInt32.random(in: 0..<0x300, using: &generator))
                        })))
        case 5:
            .array(
                (0..<Int.random(in: 0..<4, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            .object(
                (0..<Int.random(in: 0..<4, using: &generator)).reduce(into: JSONObject()) { object, index in
                    object["k\(index)\u{1F}"] = random(depth: depth - 1, using: &generator)
                })
        }
    }
}

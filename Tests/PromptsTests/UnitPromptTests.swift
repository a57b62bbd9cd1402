import Testing

@testable import Prompts

@Suite struct PromptVersionTests {
    @Test func `Every category begins with the same words`() {
        #expect(PromptVersion.review.schema.json.hasPrefix("{\"type\":\"object\""))
    }
}

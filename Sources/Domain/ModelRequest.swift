/// What a model is asked, in no provider's words.
package struct ModelRequest: Sendable, Hashable {
    /// The form of the answer: a JSON schema that the endpoint enforces where it can, and that is checked in any case.
    package struct AnswerSchema: Sendable, Hashable {
        /// Letters, digits and underscores.
        package var name: String
        /// The text of a JSON object.
        package var json: String

        package init(name: String, json: String) {
            self.name = name
            self.json = json
        }
    }

    /// A second try after an answer that could not be used.
    package struct Repair: Sendable, Hashable {
        /// The answer as it came.
        package var answer: String
        /// What was wrong with it.
        package var complaint: String

        package init(answer: String, complaint: String) {
            self.answer = answer
            self.complaint = complaint
        }
    }

    /// The same for every request of a prompt version and category, so that providers' caches hit.
    package var instructions: String
    /// The code in question.
    package var material: String
    package var schema: AnswerSchema?
    /// Most visible tokens of the answer.
    package var answerLimit: Int
    /// Hidden tokens allowed beside the visible ones.
    package var reasoningAllowance: Int
    /// Nil: nothing is said of it.
    package var effort: ReasoningEffort?
    package var repair: Repair?

    package init(
        instructions: String, material: String, schema: AnswerSchema?, answerLimit: Int, reasoningAllowance: Int = 0,
        effort: ReasoningEffort? = nil, repair: Repair? = nil
    ) {
        self.instructions = instructions
        self.material = material
        self.schema = schema
        self.answerLimit = answerLimit
        self.reasoningAllowance = reasoningAllowance
        self.effort = effort
        self.repair = repair
    }
}

/// The lines of `doctor`.
struct Checks {
    private enum Outcome {
        case passed, warned, failed
    }

    private var lines: [(outcome: Outcome, subject: String, text: String, advice: String?)] = []

    mutating func pass(_ subject: String, _ text: String) { lines.append((.passed, subject, text, nil)) }

    mutating func warn(_ subject: String, _ text: String, advice: String?) {
        lines.append((.warned, subject, text, advice))
    }

    mutating func fail(_ subject: String, _ text: String, advice: String? = nil) {
        lines.append((.failed, subject, text, advice))
    }

    var hasFailed: Bool { lines.contains { $0.outcome == .failed } }

    func text(quiet: Bool) -> String {
        var out = ""
        for line in lines where !(quiet && line.outcome == .passed) {
            let mark =
                switch line.outcome {
                case .passed: "ok     "
                case .warned: "warning"
                case .failed: "broken "
                }
            out += "\(mark)  \(line.subject): \(line.text)\n"
            if let advice = line.advice { out += "         \(advice)\n" }
        }
        return out
    }
}

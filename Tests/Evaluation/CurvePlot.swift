import Domain

/// Cost across, golden issues on the strong tier up: the allocator's curve, and the other ways as points.
struct CurvePlot {
    let points: [(value: Double, outcome: GoldenEvaluation.Outcome)]
    let others: [GoldenEvaluation.Outcome]

    private let width = 760.0
    private let height = 460.0
    private let left = 64.0
    private let right = 24.0
    private let top = 36.0
    private let bottom = 60.0

    private var highest: Double {
        (points.map(\.outcome) + others).map { Double($0.cost.picodollars) }.max() ?? 1
    }

    private func x(_ outcome: GoldenEvaluation.Outcome) -> Double {
        left + Double(outcome.cost.picodollars) / max(1, highest) * (width - left - right)
    }

    private func y(_ share: Double) -> Double { height - bottom - share * (height - top - bottom) }

    func svg() -> String {
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="12">
            <desc>Made by: swift run -c release hunkwise-evaluation golden FOLDER --svg deploy/plots/value-of-finding.svg</desc>
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="\(left)" y="20" font-size="14">Golden issues on the strong tier, as value_of_finding_usd varies</text>

            """
        for step in 0...5 {
            let share = Double(step) / 5
            out += line(left, y(share), width - right, y(share), "#dddddd")
            out += text(left - 8, y(share) + 4, "\(step * 20) %", anchor: "end")
            let across = left + share * (width - left - right)
            out += text(
                across, height - bottom + 18, dollars(Money(picodollars: Int64(highest * share))), anchor: "middle")
        }
        out += text(
            (left + width - right) / 2, height - 22,
            "predicted cost of all changes; share of \(points.first?.outcome.strong.total ?? 0) golden issues, band: 95 % (Wilson)",
            anchor: "middle")
        let sorted = points.sorted { $0.outcome.cost < $1.outcome.cost }
        let upper = sorted.map { (x($0.outcome), y($0.outcome.strong.interval.upperBound)) }
        let lower = sorted.map { (x($0.outcome), y($0.outcome.strong.interval.lowerBound)) }
        out += "<polygon fill=\"#1f6feb\" opacity=\"0.12\" points=\"\(path(upper + lower.reversed()))\"/>\n"
        out +=
            "<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"2\" points=\"\(path(sorted.map { (x($0.outcome), y($0.outcome.strong.value)) }))\"/>\n"
        var lastLabel = -1000.0
        for point in sorted {
            let place = (x(point.outcome), y(point.outcome.strong.value))
            out += circle(place.0, place.1, 3, "#1f6feb")
            guard place.0 - lastLabel > 46 else { continue }
            lastLabel = place.0
            out += text(place.0 + 4, place.1 - 8, "$\(short(point.value))", colour: "#1f6feb")
        }
        var labels: [(x: Double, y: Double)] = []
        for other in others {
            let place = (x: x(other), y: y(other.strong.value))
            out += circle(place.x, place.y, 5, "#c9510c")
            let isRight = place.x > width * 0.6
            // Names of points close together stand below one another.
            let below = place.y > height - bottom - 20 ? -24.0 : 18
            var label = (x: place.x + (isRight ? -8 : 8), y: place.y + below)
            while labels.contains(where: { abs($0.x - label.x) < 230 && abs($0.y - label.y) < 13 }) { label.y += 13 }
            labels.append(label)
            out += text(label.x, label.y, other.name, anchor: isRight ? "end" : "start", colour: "#c9510c")
        }
        return out + "</svg>\n"
    }

    private func short(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        if thousandths >= 10_000 { return "\((thousandths + 500) / 1000)" }
        let digits = String(repeating: "0", count: max(0, 4 - "\(thousandths)".count)) + "\(thousandths)"
        return digits.dropLast(3) + "." + digits.suffix(3)
    }

    private func path(_ points: [(Double, Double)]) -> String {
        points.map { "\(rounded($0.0)),\(rounded($0.1))" }.joined(separator: " ")
    }

    private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String {
        "<line x1=\"\(rounded(x1))\" y1=\"\(rounded(y1))\" x2=\"\(rounded(x2))\" y2=\"\(rounded(y2))\" stroke=\"\(colour)\"/>\n"
    }

    private func circle(_ x: Double, _ y: Double, _ radius: Int, _ colour: String) -> String {
        "<circle cx=\"\(rounded(x))\" cy=\"\(rounded(y))\" r=\"\(radius)\" fill=\"\(colour)\"/>\n"
    }

    private func text(
        _ x: Double, _ y: Double, _ text: String, anchor: String = "start", colour: String = "#333333"
    ) -> String {
        "<text x=\"\(rounded(x))\" y=\"\(rounded(y))\" text-anchor=\"\(anchor)\" fill=\"\(colour)\">\(text)</text>\n"
    }
}

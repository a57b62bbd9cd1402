import SyntaxTrees

extension FileScan {
    /// What is known of what a call gives back.
    func callValue(_ node: Node, _ depth: Int) -> Value {
        guard let site = callSite(node) else { return .unknown }
        let last = Array(site.name.split(separator: UInt8(ascii: ".")).last ?? [])
        let called = site.name + Array("()".utf8)
        func comes(from patterns: [NamePattern]) -> Bool {
            patterns.contains { $0.matches(called) || $0.matches(site.name) }
        }
        if comes(from: words.requestSources) { return Value(origin: .request) }
        if comes(from: words.localSources) { return Value(origin: .parameter) }
        // A call of a source, such as `request.args()` or `params.fetch`.
        if let receiver = site.receiver, isSource(receiver) { return Value(origin: .request) }
        if words.cleaners.contains(where: { $0.matches(site.name) }) { return .harmless }
        if words.formatters.contains(last), let value = format(site, last: last, depth) { return value }
        let positional = site.arguments.prefix(12)
        func ofArguments() -> Value {
            var sum = Value(origin: .literal)
            for argument in positional {
                let value = value(argument.value, depth + 1)
                sum = sum.merged(value)
            }
            return sum
        }
        if words.passers.contains(last) {
            var sum = ofArguments()
            if let receiver = site.receiver {
                let own = value(receiver, depth + 1)
                // `", ".join(x)`, `x.concat(y)`: what it is called on counts where it is data.
                if own.origin >= .parameter || own.text != nil { sum = sum.merged(own) }
            }
            return Value(
                origin: sum.origin == .literal && site.arguments.isEmpty && site.receiver == nil
                    ? .unknown : sum.origin,
                composedOrigin: sum.composedOrigin, text: sum.text, literal: sum.literal)
        }
        if let receiver = site.receiver, role(unwrapped(receiver)) != .classLike {
            let own = value(receiver, depth + 1)
            if own.origin == .literal, own.text != nil,
                positional.allSatisfy({ value($0.value, depth + 1).origin <= .harmless })
            {
                return Value(origin: .literal, text: own.text, literal: own.literal)
            }
            if own.origin >= .parameter {
                if site.arguments.isEmpty, own.origin == .parameter, namesRecord(last) { return .unknown }
                return Value(origin: own.origin, composedOrigin: own.composedOrigin, text: own.text)
            }
            if own.composedOrigin > .literal { return own }
        }
        // What an unknown function makes of input is less surely input.
        if namesSchema(last) { return ofArguments().origin == .request ? .unknown : .harmless }
        switch ofArguments().origin {
        case .request: return Value(origin: .parameter)
        default: return .unknown
        }
    }

    private func isSource(_ receiver: Node) -> Bool {
        let name = dottedName(receiver)
        return words.requestSources.contains { $0.matches(name) }
    }

    /// `format`, `sprintf`, `String.format`, `concat`, string builders.
    private func format(_ site: CallSite, last: [UInt8], _ depth: Int) -> Value? {
        let values = site.arguments.map(\.value)
        switch String(decoding: last, as: UTF8.self) {
        case "format", "formatted", "Format", "format_map":
            // `"…".format(x)` in Python and Kotlin, `String.format("…", x)` in Java and C#, `format("…", x)` in Ruby.
            if let receiver = site.receiver {
                let own = value(receiver, depth + 1)
                if own.text != nil { return formatted(own, with: values, depth) }
            }
            return formatFirst(values, depth)
        case "Sprintf", "sprintf", "Sprint", "Sprintln", "vsprintf", "format!", "asprintf", "printf", "format_args!",
            "stringWithFormat", "StringFormat",
            "Errorf":
            return formatFirst(values, depth)
        case "snprintf": return formatFirst(Array(values.dropFirst(2)), depth)
        case "append", "concat", "Concat", "Append", "plus":
            guard let receiver = site.receiver else { return nil }
            var sum = value(receiver, depth + 1)
            if sum.text == nil, sum.origin == .unknown || sum.literal != nil { sum = Value(origin: .literal, text: []) }
            for argument in values { sum = sum.joined(value(argument, depth + 1)) }
            return sum
        default: return nil
        }
    }

    private func formatFirst(_ arguments: [Node], _ depth: Int) -> Value? {
        // C's `sprintf` writes to its first argument; the format is the first text.
        for (index, argument) in arguments.prefix(3).enumerated() {
            let format = value(argument, depth + 1)
            guard format.text != nil else { continue }
            return formatted(format, with: Array(arguments[(index + 1)...]), depth, at: argument)
        }
        return nil
    }
}

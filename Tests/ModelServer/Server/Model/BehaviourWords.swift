extension Behaviour {
    /// A behaviour in words, as the command line and other processes give it: parts joined by `+`, such as
    /// `latency=100+cut=400` or `rate-limited+retry-after=1`.
    ///
    /// Numbers are milliseconds, bytes, events or factors. Nil when a word is not known.
    package init?(words text: String) {
        self.init()
        var retryAfter: Int?
        for part in text.split(separator: "+") {
            let pair = part.split(separator: "=", maxSplits: 1)
            let name = pair.first.map(String.init) ?? ""
            let number = pair.count == 2 ? Int(pair[1]) : nil
            if pair.count == 2, number == nil || number ?? 0 < 0 { return nil }
            if name == "retry-after" {
                retryAfter = number
            } else if let number {
                guard set(name, number) else { return nil }
            } else if !set(name) {
                return nil
            }
        }
        if let retryAfter {
            guard case .error(let fault, _) = fate else { return nil }
            fate = .error(fault, retryAfter: retryAfter)
        }
    }

    private mutating func set(_ name: String) -> Bool {
        if let fault = ServerFault(rawValue: name) {
            fate = .error(fault)
            return true
        }
        switch name {
        case "prompt", "review": break
        case "close": fate = .closedAfterAccepting
        case "silence": fate = .silence
        case "no-usage": told = .not
        case "tells-cost": tellsCost = true
        case "not-json": answer = .notJSON
        case "prose-around": answer = .proseAround
        case "empty": answer = .empty
        case "wrong-schema": answer = .wrongSchema
        case "hallucinated-file": answer = .hallucinatedFile
        case "length": answer = .lengthStop
        case "starved": answer = .starved
        case "refusal": answer = .refusal
        default: return false
        }
        return true
    }

    private mutating func set(_ name: String, _ number: Int) -> Bool {
        switch name {
        case "latency": latency = number
        case "first-token": firstToken = number
        case "pace": pace = number
        case "drip": drip = number
        case "drip-pause": dripPause = number
        case "cut": fate = .cut(afterBytes: number)
        case "stopped": fate = .stopped(afterEvents: number)
        case "failed": fate = .failed(afterEvents: number)
        case "understated": told = .understated(number)
        case "overuse": overuse = number
        case "filler": answer = .filler(tokens: number)
        case "huge": answer = .huge(bytes: number)
        default: return false
        }
        return true
    }
}

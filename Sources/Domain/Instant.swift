/// A moment in UTC, in milliseconds since 1970.
package struct Instant: Sendable, Hashable, Comparable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    package func advanced(bySeconds seconds: Double) -> Instant {
        Instant(milliseconds: milliseconds &+ Int64((seconds * 1000).rounded()))
    }

    package func seconds(since other: Instant) -> Double { Double(milliseconds - other.milliseconds) / 1000 }

    package var unixSeconds: Int { Int(milliseconds.quotientRoundedDown(by: 1000)) }
}

extension Int64 {
    fileprivate func quotientRoundedDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// What time it is, so that tests can say.
package protocol WallClock: Sendable {
    func now() -> Instant
}

import Domain
import GRDB

/// A provider entry's model.
struct Endpoint: Hashable, Sendable {
    var provider: String
    var model: String
}

/// What the exact settlements of an endpoint say of it.
struct EndpointRecord: Hashable, Sendable {
    /// Exact settlements within their bound since the last overrun.
    var withinBound: Int64 = 0
    var overruns: Int64 = 0
    /// What its holds are multiplied by, in thousandths.
    var factor: Int64 = 1000
    /// The request with the fewest bytes per input token; zero tokens before the first.
    var leastBytes: Int64 = 0
    var leastTokens: Int64 = 0

    /// After this many exact settlements within their bound its calls may run side by side.
    static let trustedAfter: Int64 = 3
    /// After this many the bytes it takes per token are known well enough to tighten holds.
    static let calibratedAfter: Int64 = 20
    /// The fewest bytes per token seen are taken a quarter lower: texts that fall apart into more tokens will come.
    static let bytesPerTokenMargin = 0.75
    /// An endpoint that has passed its bound a thousand times over is not held to more than that.
    static let greatestFactor: Int64 = 1_000_000

    /// Its calls go one at a time in a budget. A call that is held at nothing, as of a local model, can pass its bound
    /// only where the endpoint has asked for money before.
    func needsCare(_ amount: Money) -> Bool {
        withinBound < Self.trustedAfter && (amount > .zero || overruns > 0)
    }

    /// The amount to hold for an amount asked, rounded up.
    func amount(for asked: Money) -> Money {
        guard factor > 1000, asked > .zero else { return asked }
        let product = asked.picodollars.multipliedFullWidth(by: factor)
        // Beyond this the quotient does not fit.
        guard product.high < 500 else { return Money(picodollars: .max) }
        let (quotient, remainder) = Int64(1000).dividingFullWidth(product)
        return Money(picodollars: quotient) + Money(picodollars: remainder > 0 ? 1 : 0)
    }

    mutating func learn(overrun: Int64?, bytes: Int64, tokens: Int64?) {
        if let overrun {
            withinBound = 0
            overruns += 1
            factor = min(max(factor, overrun), Self.greatestFactor)
        } else {
            withinBound += 1
        }
        guard let tokens, tokens > 0, bytes > 0 else { return }
        if leastTokens == 0 || isLess(bytes, tokens, than: leastBytes, leastTokens) {
            leastBytes = bytes
            leastTokens = tokens
        }
    }

    /// Back to the beginning but for the bytes per token; trust has to be earned again.
    mutating func forgive() {
        withinBound = 0
        overruns = 0
        factor = 1000
    }

    /// Compares two ratios without rounding.
    private func isLess(_ bytes: Int64, _ tokens: Int64, than otherBytes: Int64, _ otherTokens: Int64) -> Bool {
        let left = bytes.multipliedFullWidth(by: otherTokens)
        let right = otherBytes.multipliedFullWidth(by: tokens)
        return (left.high, left.low) < (right.high, right.low)
    }

    var calibration: Calibration {
        var least: Double?
        if withinBound >= Self.calibratedAfter, leastTokens > 0 {
            // Below one byte a token there is nothing to gain over taking each byte for a token.
            let ratio = Double(leastBytes) / Double(leastTokens) * Self.bytesPerTokenMargin
            least = ratio > 1 ? ratio : nil
        }
        return Calibration(
            exactWithinBound: Int(withinBound), leastBytesPerToken: least, overrunFactor: Double(factor) / 1000)
    }

    static func fetch(_ database: Database, _ endpoint: Endpoint) throws -> EndpointRecord {
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT within_bound, overruns, factor, least_bytes, least_tokens
                    FROM calibrations WHERE provider = ? AND model = ?
                    """),
            arguments: [endpoint.provider, endpoint.model])
        guard let row else { return EndpointRecord() }
        return EndpointRecord(
            withinBound: row["within_bound"], overruns: row["overruns"], factor: row["factor"],
            leastBytes: row["least_bytes"], leastTokens: row["least_tokens"])
    }

    func store(_ database: Database, _ endpoint: Endpoint) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO calibrations
                    (provider, model, within_bound, overruns, factor, least_bytes, least_tokens)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                endpoint.provider, endpoint.model, withinBound, overruns, factor, leastBytes, leastTokens,
            ])
    }
}

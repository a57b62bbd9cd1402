import Domain
import GRDB

extension LedgerTransaction {
    mutating func markSent(_ id: HoldID) throws {
        guard var hold = try OpenHold.fetch(database, id: id.value) else { throw try problem(with: id) }
        if hold.isSent { return }
        hold.isSent = true
        try append(LedgerRow(.sent, hold: id.value))
        try database.cachedStatement(sql: "UPDATE holds SET sent = 1 WHERE id = ?").execute(arguments: [id.value])
    }

    func renew(_ id: HoldID, lease: Double) throws {
        let end = now.advanced(bySeconds: boundedLease(lease))
        try database.cachedStatement(sql: "UPDATE holds SET expires_at = ? WHERE id = ?")
            .execute(arguments: [end.milliseconds, id.value])
        if database.changesCount == 0 { throw try problem(with: id) }
    }

    /// Ends a hold.
    ///
    /// - Returns: What the hold's call has been charged, and the hold if it was this that ended it.
    mutating func settle(
        _ id: HoldID, _ settlement: Settlement, answer: StoredAnswer?
    ) throws -> (charged: Money, hold: OpenHold?) {
        guard let hold = try OpenHold.fetch(database, id: id.value) else {
            return (try settleLate(id, settlement, answer: answer), nil)
        }
        let charge = Charge(settlement, of: hold)
        var row = LedgerRow(charge.event, hold: hold.id)
        row.describe(settlement)
        row.set(.charge, charge.amount)
        row.set(.overrun, charge.overrun)
        try append(row)
        try end(hold, charge: charge.amount)
        if charge.event == .settled { try learn(settlement, overrun: charge.overrun, from: hold) }
        if let answer { try store(answer, repository: hold.repository, digest: hold.requestDigest, hold: hold.id) }
        return (charge.amount, hold)
    }

    /// Ends what was abandoned. Its holder is gone, so nobody can say that nothing left.
    mutating func endExpired() throws -> (released: Int, bounded: Int) {
        try mendLeases()
        var released = 0
        var bounded = 0
        for hold in try OpenHold.fetchExpired(database, at: now) {
            var row = LedgerRow(hold.isSent ? .bounded : .released, hold: hold.id)
            row.set(.outcome, Self.abandoned)
            row.set(.reason, "its lease ran out")
            let charge = hold.isSent ? hold.amount : .zero
            row.set(.charge, charge)
            try append(row)
            try end(hold, charge: charge)
            if hold.isSent { bounded += 1 } else { released += 1 }
        }
        return (released, bounded)
    }

    /// A lease that ends more than a day later than it can was given while the clock was wrong: it begins now.
    private func mendLeases() throws {
        try database.cachedStatement(
            sql: """
                UPDATE holds SET expires_at = ?1 + coalesce((SELECT lease FROM ledger WHERE sequence = holds.id), 0)
                WHERE expires_at > ?1 + 86400000
                    AND expires_at > ?1 + 86400000
                        + coalesce((SELECT lease FROM ledger WHERE sequence = holds.id), 2678400000)
                """
        ).execute(arguments: [now.milliseconds])
    }

    /// The outcome of calls whose lease ran out.
    static let abandoned = "abandoned"

    private mutating func end(_ hold: OpenHold, charge: Money) throws {
        try add(spent: charge, held: .zero - hold.amount, to: hold.budgets)
        try close(hold)
    }

    private mutating func learn(_ settlement: Settlement, overrun: Int64?, from hold: OpenHold) throws {
        var record = try record(of: hold.endpoint)
        record.learn(
            overrun: overrun, bytes: hold.requestBytes, tokens: settlement.usage.map(Self.inputTokens))
        try store(record, of: hold.endpoint)
    }

    /// As the row will have them.
    private static func inputTokens(_ usage: Usage) -> Int64 {
        [usage.uncachedInput, usage.cachedInput, usage.cacheWrite, usage.longCacheWrite]
            .reduce(0) { $0 + Int64(LedgerRow.believable($1)) }
    }

    /// A settlement of a hold that has ended.
    ///
    /// After another settlement it changes nothing. After the lease has ended the hold, it is kept as a row of its own:
    /// what was charged at the bound is not given back by itself, as nothing is refunded without the provider's figures
    /// being reconciled, but what passes the charge is charged, and the answer is kept.
    private mutating func settleLate(
        _ id: HoldID, _ settlement: Settlement, answer: StoredAnswer?
    ) throws -> Money {
        let ended = try PastHold.fetch(database, id: id.value)
        guard let ended else { throw HoldProblem(.unknown, id) }
        let charge = Charge(settlement, of: ended.hold)
        guard ended.wasAbandoned, !ended.wasSettledLate else { return ended.charged }
        let excess = charge.event == .bounded ? .zero : max(.zero, charge.amount - ended.charged)
        var row = LedgerRow(.late, hold: id.value)
        row.describe(settlement)
        // What reconciling will take for the provider's figure.
        if charge.event != .settled {
            row.set(.computedCost, charge.event == .bounded ? nil : Money.zero)
            row.set(.returnedCost, nil as Money?)
        }
        row.set(.charge, excess)
        row.set(.overrun, charge.overrun)
        try append(row)
        try add(spent: excess, held: .zero, to: ended.budgets(in: &self))
        if charge.event == .settled { try learn(settlement, overrun: charge.overrun, from: ended.hold) }
        if let answer {
            try store(answer, repository: ended.hold.repository, digest: ended.hold.requestDigest, hold: id.value)
        }
        return ended.charged + excess
    }

    private func problem(with id: HoldID) throws -> HoldProblem {
        let isKnown = try PastHold.fetch(database, id: id.value) != nil
        return HoldProblem(isKnown ? .ended : .unknown, id)
    }

    /// SQLite's text ends at a NUL, which no usable answer holds: it is kept as the replacement character.
    private func store(_ answer: StoredAnswer, repository: String, digest: String, hold: Int64) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO answers
                    (repository, request_digest, stored_at, hold, text, finish, returned_model)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                repository, digest, now.milliseconds, hold, answer.text.withoutNUL, answer.finish.rawValue,
                answer.returnedModel?.withoutNUL,
            ])
    }
}

extension String {
    fileprivate var withoutNUL: String {
        utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
    }
}

extension LedgerRow {
    /// Tokens as a provider counts them, so bounded that sums of them stay whole numbers.
    fileprivate static func believable(_ tokens: Int) -> Int { min(max(0, tokens), 1_000_000_000_000) }

    fileprivate mutating func describe(_ settlement: Settlement) {
        set(.settlement, settlement.kind.rawValue)
        if let usage = settlement.usage {
            set(.uncachedInput, Self.believable(usage.uncachedInput))
            set(.cachedInput, Self.believable(usage.cachedInput))
            set(.cacheWrite, Self.believable(usage.cacheWrite))
            set(.longCacheWrite, Self.believable(usage.longCacheWrite))
            set(.output, Self.believable(usage.output))
        }
        set(.reasoning, settlement.reasoningTokens.map { Int64(Self.believable($0)) })
        set(.computedCost, settlement.computedCost)
        set(.returnedCost, settlement.returnedCost)
        // From the provider: not more than a name's length of it.
        set(.returnedModel, settlement.returnedModel, atMost: 200)
        set(.requestID, settlement.requestID, atMost: 200)
        set(.httpStatus, settlement.httpStatus.map(Int64.init))
        set(.outcome, settlement.outcome, atMost: 200)
        set(.reason, settlement.reason.isEmpty ? nil : settlement.reason, atMost: 500)
        set(.timeToFirstToken, seconds: settlement.timeToFirstToken)
        set(.duration, seconds: settlement.duration)
    }
}

package import Domain

extension PriceSheet {
    /// The prices a call is held and charged by, as one line of JSON that is the same for the same prices: dollars a
    /// million tokens as exact decimals in text.
    ///
    /// `sent` is in it because of prices that depend on the hour. `hold` is left out where holds and charges go by the
    /// same prices.
    package func snapshot(hold: PriceSheet, sent: Instant) -> String {
        let moment = WeekMoment(unixSeconds: sent.unixSeconds)
        var text =
            "{\"version\":1,\"unit\":\"usd_per_million_tokens\",\"weekday\":\(moment.weekday),\"minute\":\(moment.minute)"
        text += ",\"charge\":" + json
        if hold != self { text += ",\"hold\":" + hold.json }
        return text + "}"
    }

    /// The sheet alone.
    var json: String {
        var text = "{\"tiers\":" + PriceSheet.json(tiers)
        if !hours.isEmpty { text += ",\"hours\":[" + hours.map(\.json).joined(separator: ",") + "]" }
        if !batch.isEmpty { text += ",\"batch\":" + PriceSheet.json(batch) }
        return text + "}"
    }

    private static func json(_ tiers: [Tier]) -> String {
        "[" + tiers.map { "{\"above\":\($0.above)," + $0.rates.json + "}" }.joined(separator: ",") + "]"
    }
}

extension PriceSheet.Hours {
    fileprivate var json: String {
        let spans = hours.map { span in
            "{\"weekdays\":[" + span.weekdays.sorted().map(String.init).joined(separator: ",")
                + "],\"from\":\(span.startMinute),\"to\":\(span.endMinute)}"
        }
        let rates = tiers.map { "{\"above\":\($0.above)," + $0.rates.json + "}" }
        return "{\"utc\":[" + spans.joined(separator: ",") + "],\"tiers\":[" + rates.joined(separator: ",") + "]}"
    }
}

extension TokenRates {
    fileprivate var json: String {
        let kinds = [
            ("input", input), ("cached_input", cachedInput), ("cache_write", cacheWrite),
            ("long_cache_write", longCacheWrite), ("output", output),
        ]
        return kinds.map { "\"\($0.0)\":\"\($0.1.perMillion)\"" }.joined(separator: ",")
    }
}

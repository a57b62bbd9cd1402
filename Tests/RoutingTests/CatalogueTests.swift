import Domain
import Routing
import Testing

@Suite struct CatalogueTests {
    @Test func `The built-in catalogue is complete enough to route with`() {
        let entries = Catalogue.builtIn.entries
        #expect(entries.count >= 50)
        for entry in entries {
            #expect(CalendarDay(entry.date) != nil, "\(entry.key)")
            #expect(entry.source != nil || entry.prices == nil, "\(entry.key)")
            #expect(entry.licence != nil, "\(entry.key)")
            #expect(entry.quality.all != nil, "\(entry.key)")
            if let prices = entry.prices {
                #expect(prices.base.output >= prices.base.cachedInput, "\(entry.key)")
                for tier in prices.tiers.dropFirst() {
                    #expect(tier.rates.input >= prices.base.input, "\(entry.key) above \(tier.above)")
                }
            } else {
                #expect(entry.provider == "local", "\(entry.key)")
            }
        }
    }

    @Test func `Every model of a first configuration is known`() {
        for provider in KnownProvider.all where provider.name != "openrouter" {
            for model in [provider.cheapModel, provider.strongModel] {
                let entry = Catalogue.builtIn.entry(provider: provider.name, model: model)
                #expect(entry?.prices != nil, "\(provider.name)/\(model)")
            }
        }
    }

    @Test(
        "A name finds its row",
        arguments: [
            ("deepseek-v4-flash", "deepseek/deepseek-v4-flash"), ("deepseek-r1", "deepseek/deepseek-r1"),
            ("gpt-5.6", "openai/gpt-5.6-sol"), ("Claude-Opus-5.5", "anthropic/claude-opus-5-5"),
            ("groq/openai/gpt-oss-20b", "groq/openai/gpt-oss-20b"),
        ])
    func found(name: String, key: String) {
        guard case .found(let entry) = Catalogue.builtIn.find(name) else {
            Issue.record("\(name) was not found")
            return
        }
        #expect(entry.key == key)
    }

    @Test func `A bare name that several providers serve lists them all`() {
        guard case .ambiguous(let rows) = Catalogue.builtIn.find("llama-3.1-8b") else {
            Issue.record("not ambiguous")
            return
        }
        #expect(rows.count >= 3)
        #expect(!rows.contains { $0.provider == "local" })
    }

    @Test(
        "A broken catalogue is refused with its line",
        arguments: [
            ("p\tm", 2), ("p\tm" + String(repeating: "\t-", count: 21), 2),
            ("p\tm\t-\t1\tx" + String(repeating: "\t-", count: 18) + "\t2026-01-01", 2),
            ("p\tm\t-\t1\t2\t-\t-\t-\tno" + String(repeating: "\t-", count: 14) + "\t2026-01-01", 2),
            ("p\tm" + String(repeating: "\t-", count: 21) + "\t2026-02-30", 2),
            ("p\tm" + String(repeating: "\t-", count: 19) + "\tscore=101@2026-01-01\t-\t2026-01-01", 2),
        ])
    func broken(row: String, line: Int) {
        let header =
            "provider\tmodel\taliases\tinput\toutput\tcached_input\tcache_write\tlong_cache_write\ttiers\thours\tbatch\t"
            + "context_window\tmax_output\tquality\tquality_by_category\tsupports\tlicence\tmemory_gb\tdeprecated\t"
            + "first_token_ms\ttokens_per_second\tbenchmarks\tsource\tdate\n"
        #expect { try Catalogue(parsing: Array((header + row + "\n").utf8)) } throws: { error in
            (error as? CatalogueError)?.line == line
        }
    }
}

import Domain

/// The price file of the LiteLLM project (`model_prices_and_context_window.json`), read as it is.
///
/// Its traps, and what is done about them: zero means free as well as unknown, so a zero is never taken for a price;
/// prices stand under two notations of tiers and two names for cache hits; numbers are binary floats in text, which are
/// read as the decimals they spell; names are repeated with and without the provider's; most rows are no chat models.
package struct PriceFile: Sendable {
    package let rows: [CatalogueEntry]
    /// Rows that were left out, with the reason, by model.
    package let refused: [(model: String, reason: String)]
    /// Chat rows of known providers without a usable price.
    package let unpriced: Int
    /// Models in the file, of whatever kind and provider.
    package let models: Int

    /// A file larger than this is not read.
    package static let mostBytes = 64 << 20

    /// - Parameters:
    ///   - providers: The providers whose rows are wanted, as the catalogue spells them.
    ///   - date: The day the prices are of, as YYYY-MM-DD.
    package init(parsing bytes: [UInt8], providers: Set<String>, date: String) throws(PriceFileError) {
        let document: JSONText
        do throws(JSONTextError) {
            document = try JSONTextReader.read(bytes)
        } catch {
            throw PriceFileError("it is no JSON: \(error.reason) (byte \(error.offset))")
        }
        guard case .object(let members) = document else {
            throw PriceFileError("it is no object with a member a model")
        }
        var rows: [String: (entry: CatalogueEntry, isPrefixed: Bool)] = [:]
        var order: [String] = []
        var refused: [(String, String)] = []
        var unpriced = 0
        var recognised = 0
        for (name, value) in members where name != "sample_spec" {
            guard let listed = value["litellm_provider"]?.text else { continue }
            recognised += 1
            let provider = PriceFile.ownNames[listed] ?? listed
            guard providers.contains(provider), let mode = value["mode"]?.text, mode == "chat" || mode == "responses",
                !name.hasPrefix("ft:")
            else { continue }
            let isPrefixed = name.hasPrefix(listed + "/")
            let model = isPrefixed ? String(name.dropFirst(listed.utf8.count + 1)) : name
            guard PriceFile.isPlain(model), PriceFile.isPlain(provider) else {
                refused.append((name, "its name holds characters that no name has"))
                continue
            }
            do throws(PriceFileError) {
                guard let entry = try PriceFileRow(value).entry(provider: provider, model: model, date: date) else {
                    unpriced += 1
                    continue
                }
                if let known = rows[entry.key] {
                    if isPrefixed, !known.isPrefixed { rows[entry.key] = (entry, true) }
                } else {
                    rows[entry.key] = (entry, isPrefixed)
                    order.append(entry.key)
                }
            } catch {
                refused.append((name, error.reason))
            }
        }
        guard recognised > 0 else {
            throw PriceFileError("no member names a litellm_provider: it is no LiteLLM price file")
        }
        self.rows = order.compactMap { rows[$0]?.entry }
        self.refused = refused
        self.unpriced = unpriced
        models = recognised
    }

    /// Where the file's spelling of a provider is not the catalogue's.
    private static let ownNames = ["together_ai": "together", "fireworks_ai": "fireworks"]

    /// Printable ASCII without space: what fits a line of the catalogue.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

package struct PriceFileError: Error, Equatable {
    package let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

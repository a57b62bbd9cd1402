import Domain

/// The dated list of models and prices, keyed (provider, model).
package struct Catalogue: Sendable {
    package let entries: [CatalogueEntry]

    /// The rows that come with the program.
    package static let builtIn: Catalogue = {
        // The file is part of the program and its tests parse it; an unreadable one leaves every model unknown.
        (try? Catalogue(parsing: PackageResources.catalogue_tsv)) ?? Catalogue(entries: [])
    }()

    package init(entries: [CatalogueEntry]) {
        self.entries = entries
    }

    package enum Match: Sendable {
        case found(CatalogueEntry)
        /// A bare name that several providers serve at their own prices.
        case ambiguous([CatalogueEntry])
        case unknown
    }

    /// The row of a model at a provider.
    package func entry(provider: String, model: String) -> CatalogueEntry? {
        entries.first { $0.provider == provider && $0.model == model }
            ?? entries.first { $0.provider == provider && $0.isCalled(CatalogueEntry.normalised(model)) }
    }

    /// Looks a name up. With a provider only its rows count; "provider/model" names a row; a bare name is searched in
    /// all rows but those of weights one runs oneself.
    package func find(_ name: String, provider: String? = nil) -> Match {
        if let provider {
            return entry(provider: provider, model: name).map(Match.found) ?? .unknown
        }
        if let slash = name.firstIndex(of: "/") {
            let head = String(name[..<slash])
            let tail = String(name[name.index(after: slash)...])
            if let row = entry(provider: head, model: tail) { return .found(row) }
        }
        let wanted = CatalogueEntry.normalised(name)
        // What a price file adds never makes a name ambiguous that was not before.
        for isExtra in [false, true] {
            let rows = entries.filter { $0.provider != "local" && $0.isExtra == isExtra }
            if let exact = unique(rows.filter { $0.model == name }) { return exact }
            if let called = unique(rows.filter { $0.isCalled(wanted) }) { return called }
        }
        return .unknown
    }

    private func unique(_ rows: [CatalogueEntry]) -> Match? {
        guard let first = rows.first else { return nil }
        return rows.count == 1 ? .found(first) : .ambiguous(rows)
    }
}

/// A line of the catalogue that cannot be read.
package struct CatalogueError: Error, Equatable, CustomStringConvertible {
    package let line: Int
    package let reason: String

    package var description: String { "catalogue line \(line): \(reason)" }
}

package import Domain

/// One model as people compare them; texts are exact figures, nil where nothing is known.
package struct ModelRow: Sendable {
    package var name: String
    /// The catalogue's `provider/model`, if the model is in it.
    package var catalogueKey: String?
    /// Dollars a million tokens.
    package var inputPrice: String?
    package var cachedInputPrice: String?
    package var outputPrice: String?
    /// Out of 10.
    package var quality: String?
    /// Quality out of 10 divided by the output price a million tokens, to one decimal.
    package var efficiency: String?
    package var contextWindow: Int?
    package var maxOutput: Int?
    /// Categories the model is used for; nil for all.
    package var tasks: [Category]?
    /// Nil for a row of the catalogue, which nobody has configured.
    package var isCallable: Bool?
    /// Keys whose values are assumed.
    package var assumed: [String]
    package var licence: String?
    package var deprecated: String?
    package var source: String?
    package var date: String?
    /// Why it cannot be called, and the lines that would change that.
    package var obstacle: String?
    package var linesToAdd: [String]

    package init(
        name: String, catalogueKey: String?, inputPrice: String?, cachedInputPrice: String?, outputPrice: String?,
        quality: String?, efficiency: String?, contextWindow: Int?, maxOutput: Int?, tasks: [Category]?,
        isCallable: Bool?, assumed: [String], licence: String?, deprecated: String?, source: String?, date: String?,
        obstacle: String? = nil, linesToAdd: [String] = []
    ) {
        self.name = name
        self.catalogueKey = catalogueKey
        self.inputPrice = inputPrice
        self.cachedInputPrice = cachedInputPrice
        self.outputPrice = outputPrice
        self.quality = quality
        self.efficiency = efficiency
        self.contextWindow = contextWindow
        self.maxOutput = maxOutput
        self.tasks = tasks
        self.isCallable = isCallable
        self.assumed = assumed
        self.licence = licence
        self.deprecated = deprecated
        self.source = source
        self.date = date
        self.obstacle = obstacle
        self.linesToAdd = linesToAdd
    }
}

/// `models list --format json`.
package enum ModelsJSON {
    package static func document(_ rows: [ModelRow]) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.array("models", rows) { json, row in
                json.object { json in
                    json.field("name", row.name)
                    json.field("catalogue", row.catalogueKey)
                    json.field("input_usd_per_million", row.inputPrice)
                    json.field("cached_input_usd_per_million", row.cachedInputPrice)
                    json.field("output_usd_per_million", row.outputPrice)
                    json.field("quality_out_of_ten", row.quality)
                    json.field("value_efficiency", row.efficiency)
                    json.field("context_window", row.contextWindow)
                    json.field("max_output", row.maxOutput)
                    json.array("supported_tasks", row.tasks ?? Category.allCases) { $0.string($1.rawValue) }
                    json.field("callable", row.isCallable)
                    json.array("assumed", row.assumed) { $0.string($1) }
                    json.field("licence", row.licence)
                    json.field("deprecated", row.deprecated)
                    json.field("source", row.source)
                    json.field("date", row.date)
                }
            }
        }
        writer.endLine()
        return writer.bytes
    }
}

import Domain

/// What an operator should know about the facts that configured models rest on.
package struct CatalogueNotice: Sendable, Equatable {
    /// The provider entry's name.
    package let model: String
    package let text: String
    package let advice: String

    /// Prices older than this are likely to have changed, in days.
    static let oldPrices = 90
    /// Notice before an end of service, in days.
    static let nearEnd = 60

    /// Old prices and near ends of service among the models, in their order.
    package static func all(for models: [RoutableModel], today: CalendarDay) -> [CatalogueNotice] {
        models.flatMap { model -> [CatalogueNotice] in
            guard let entry = model.catalogued else { return [] }
            var notices: [CatalogueNotice] = []
            if let taken = CalendarDay(entry.date), !model.pricesAreWritten,
                today.days(since: taken) > CatalogueNotice.oldPrices
            {
                notices.append(
                    CatalogueNotice(
                        model: model.name,
                        text: "its prices are of \(entry.date), \(today.days(since: taken)) days old",
                        advice: "import a newer price file: hunkwise models import FILE"))
            }
            if let end = entry.deprecated.flatMap({ CalendarDay($0) }) {
                let left = end.days(since: today)
                if left < 0 {
                    notices.append(
                        CatalogueNotice(
                            model: model.name, text: "\(entry.key) was to end on \(end.text)",
                            advice: "choose another model before calls begin to fail"))
                } else if left <= CatalogueNotice.nearEnd {
                    notices.append(
                        CatalogueNotice(
                            model: model.name, text: "\(entry.key) ends on \(end.text), in \(left) days",
                            advice: "choose its successor in time"))
                }
            }
            return notices
        }
    }
}

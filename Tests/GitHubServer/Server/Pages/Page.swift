/// A page for a browser: plain, without scripts.
struct Page: Sendable {
    var status = 200
    var title: String
    /// HTML.
    var content: String

    var reply: Reply {
        let text = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(Page.escaped(title))</title></head>
            <body>
            <h1>\(Page.escaped(title))</h1>
            \(content)
            </body></html>

            """
        return Reply(status: status, contentType: "text/html; charset=utf-8", body: Array(text.utf8))
    }

    static func problems(_ lines: [String]) -> Page {
        Page(status: 422, title: "Invalid GitHub App configuration", content: list(lines))
    }

    static let notFound = Page(status: 404, title: "Page not found", content: "<p>There is nothing here.</p>")

    static func list(_ lines: [String]) -> String {
        "<ul>" + lines.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>"
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}

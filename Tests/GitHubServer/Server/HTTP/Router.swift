/// Finds the operation of a path.
enum Router {
    struct Found: Sendable {
        var operation: Operation
        var values: [String: String]
    }

    /// The path without the API's prefix, still percent-encoded.
    static func find(_ method: String, _ path: String) -> Found? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for operation in Operation.all where operation.method == method {
            if let values = operation.match(Array(parts)) { return Found(operation: operation, values: values) }
        }
        return nil
    }
}

import Domain
import HTTPTypes
import HummingbirdCore
import Synchronization

/// The local page of the App manifest flow: shows the form, and takes the code that the browser comes back with.
package final class ManifestDesk: Sendable {
    private let listener: HTTPListener
    private let codes: AsyncStream<String>

    private init(_ listener: HTTPListener, _ codes: AsyncStream<String>) {
        self.listener = listener
        self.codes = codes
    }

    package var port: Int { listener.port }

    /// Listens on this machine alone.
    ///
    /// - Parameters:
    ///   - state: Unguessable; a code without it is refused.
    ///   - page: The form, given the address the browser is to come back to.
    package static func start(
        port: Int, state: String, log: ServiceLog, page: @escaping @Sendable (String) throws -> String
    ) async throws(ListenError) -> ManifestDesk {
        let (codes, feed) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let ownPort = Mutex(port)
        var limits = HTTPLimits()
        limits.connections = 16
        let listener = try await HTTPListener.start(
            on: ListenAddress(host: "127.0.0.1", port: port), limits: limits, log: log, refused: { _ in }
        ) { request, _ in
            guard request.method == .get else { return HTTPAnswer.refused(.methodNotAllowed, "use GET").closing }
            switch request.uri.path {
            case "/":
                let back = "http://127.0.0.1:\(ownPort.withLock { $0 })/callback"
                return HTTPAnswer(
                    status: .ok, contentType: "text/html; charset=utf-8", body: Array(try page(back).utf8))
            case "/callback":
                guard request.uri.queryParameters["state"].map(String.init) == state,
                    let code = request.uri.queryParameters["code"].map(String.init)
                else { return HTTPAnswer.text(.badRequest, "This is not the answer that was waited for.") }
                feed.yield(code)
                return HTTPAnswer.text(.ok, "The App is made. Go back to the terminal.").closing
            default: return HTTPAnswer.text(.notFound, "there is nothing here").closing
            }
        }
        ownPort.withLock { $0 = listener.port }
        return ManifestDesk(listener, codes)
    }

    /// The code of the App; nil when the task was cancelled.
    package func code() async -> String? {
        for await code in codes { return code }
        return nil
    }

    package func shutDown() async {
        await listener.shutDown(within: 2)
    }
}

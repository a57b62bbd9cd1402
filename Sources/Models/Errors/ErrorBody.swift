import JSON
import HTTPClient

/// The body of an answer with an error status.
enum ErrorBody {
    /// Bytes that are kept.
    private static let limit = 64 << 10
    /// Bytes that are read, so that the answer is known to have come to its end.
    private static let mostRead = 1 << 20

    static func read(_ body: some AsyncSequence<[UInt8], HTTPError>) async -> (bytes: [UInt8], isComplete: Bool) {
        var kept: [UInt8] = []
        var count = 0
        do throws(HTTPError) {
            for try await piece in body {
                kept += piece.prefix(limit - kept.count)
                count += piece.count
                if count > mostRead { return (kept, false) }
            }
            return (kept, true)
        } catch {
            return (kept, false)
        }
    }

    /// - Parameter isText: Whether what is no JSON may be quoted.
    static func parse(_ bytes: [UInt8], isText: Bool) -> ProviderError? {
        if let value = try? JSONReader.read(bytes) { return ProviderError(value) }
        return isText ? ProviderError(.object(["message": .string(String(decoding: bytes, as: UTF8.self))])) : nil
    }
}

import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization

/// What all bodies being read hold together.
final class BodyRoom: Sendable {
    private let free: Mutex<Int>

    init(bytes: Int) {
        free = Mutex(bytes)
    }

    /// False when there is not so much left.
    func take(_ bytes: Int) -> Bool {
        free.withLock { free in
            guard bytes <= free else { return false }
            free -= bytes
            return true
        }
    }

    func giveBack(_ bytes: Int) {
        free.withLock { $0 += bytes }
    }

    var freeBytes: Int { free.withLock { $0 } }
}

/// Reads bodies within the limits.
struct BodyReader: Sendable {
    enum Reading: Sendable {
        case whole(ByteBuffer)
        /// Read to its end and thrown away, as asked.
        case discarded
        case tooLarge
        /// Too many large bodies are being read at once.
        case noRoom
    }

    /// The connection ended within the body: there is nobody to answer.
    struct CutShort: Error {}

    let limits: HTTPLimits
    let room: BodyRoom

    /// The length that the head names is too large.
    func isTooLarge(_ head: HTTPRequest) -> Bool {
        guard let text = head.headerFields[.contentLength] else { return false }
        guard let length = Int(text) else { return true }
        return length > limits.bodyBytes
    }

    /// Lends the body to `use`; the memory counts until that is done.
    func read<Result: Sendable>(
        _ request: Request, keeping: Bool, _ use: (Reading) async -> Result
    ) async throws -> Result {
        var held = 0
        defer { if held > 0 { room.giveBack(held) } }
        let reading = try await read(request, keeping: keeping, held: &held)
        return await use(reading)
    }

    private func read(_ request: Request, keeping: Bool, held: inout Int) async throws -> Reading {
        var whole = ByteBuffer()
        var length = 0
        let announced = request.head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        for try await part in request.body {
            length += part.readableBytes
            guard length <= limits.bodyBytes else { return .tooLarge }
            guard keeping else { continue }
            let wanted = max(0, length - limits.freeBodyBytes)
            if wanted > held {
                // Taken in steps, as buffers grow by doubling; where there is no room for that, just what is needed.
                let need = wanted - held
                let step = max(need, min(held, limits.bodyBytes - held))
                if room.take(step) {
                    held += step
                } else if room.take(need) {
                    held += need
                } else {
                    return .noRoom
                }
            }
            if whole.readableBytes == 0 {
                // Most often the only one.
                whole = part
            } else {
                whole.writeImmutableBuffer(part)
            }
        }
        // The stream also ends when the connection does.
        guard length >= announced else { throw CutShort() }
        return keeping ? .whole(whole) : .discarded
    }
}

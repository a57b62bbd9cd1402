/// Work that the queue does not take, or an end that is none.
package enum JobProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// More than 64 KiB.
    case payloadTooLarge(bytes: Int)
    /// A delivery's id is empty or longer than 200 bytes.
    case badDeliveryID
    /// A job was to end in a state that is not an end.
    case notAnEnd(String)

    package var description: String {
        switch self {
        case .payloadTooLarge(let bytes): "a job's payload of \(bytes) bytes is too large (at most 65536)"
        case .badDeliveryID: "a delivery's id is empty or longer than 200 bytes"
        case .notAnEnd(let state): "a job cannot end as \(state)"
        }
    }
}

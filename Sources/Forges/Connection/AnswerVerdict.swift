import Domain
import HTTPClient

/// What follows from an answer, or from there being none.
enum AnswerVerdict: Sendable {
    case answer(HTTPResponse)
    case unchanged
    case elsewhere(String)
    /// It may be tried again, after so many seconds or whenever one likes.
    case again(after: Double?, APIFailure)
    case failed(APIFailure)

    private struct Complaint: Decodable {
        var message: String?
        var errors: [WireTolerant<Entry>]?

        struct Entry: Decodable {
            var text: String

            private struct Members: Decodable {
                var resource: String?
                var field: String?
                var code: String?
                var message: String?
            }

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self.text = text
                } else {
                    let members = try container.decode(Members.self)
                    text = [members.resource, members.field, members.code, members.message].compactMap(\.self)
                        .joined(separator: " ")
                }
            }
        }

        /// What an error answer says: `message`, and each of `errors`.
        static func texts(of body: [UInt8]) -> [String] {
            let bounds = JSONBounds(bytes: 1 << 20, values: 10_000)
            guard let complaint = try? JSONCoding.decode(Complaint.self, from: body, within: bounds) else { return [] }
            return [complaint.message ?? ""] + (complaint.errors ?? []).prefix(50).compactMap(\.value?.text)
        }
    }

    /// - Parameter now: our own clock.
    init(_ response: HTTPResponse, to call: APICall, now: Instant) {
        let status = response.head.status
        switch status {
        case 200...299:
            self = .answer(response)
            return
        case 304:
            self = .unchanged
            return
        case 301, 302, 307, 308:
            // The description of the API asks to repeat the same request at the place given.
            if let location = response.head["Location"] {
                self = .elsewhere(location)
                return
            }
        default: break
        }
        let texts = Complaint.texts(of: response.body)
        let complaint = texts.joined(separator: "; ").lowercased()
        let said = texts.filter { !$0.isEmpty }.joined(separator: "; ").printable(atMost: 300)
        func failure(_ kind: ForgeError.Kind, _ words: String, mayHaveHappened: Bool = false) -> APIFailure {
            let detail = said.isEmpty ? "" : ": \(said)"
            var failure = APIFailure(
                ForgeError(kind, status: status, "\(words) (\(status)\(detail))"), mayHaveHappened: mayHaveHappened,
                complaint: complaint)
            failure.serverDate = response.head["Date"].flatMap { CalendarTime.http($0) }
            return failure
        }
        if let wait = Self.limitWait(response, complaint: complaint, now: now) {
            let until = now.advanced(bySeconds: wait)
            self = .again(after: wait, failure(.limited(until: until), "the forge asks us to wait \(Int(wait)) s"))
            return
        }
        switch status {
        case 401: self = .failed(failure(.unauthorised, "the forge does not take the credential"))
        case 403, 451: self = .failed(failure(.forbidden, "the forge does not allow this"))
        case 404, 410: self = .failed(failure(.notFound, "gone, or hidden from this credential"))
        case 408, 500...599:
            let isOnce = call.effect == .once
            let failure = failure(.unavailable, "the forge is ill", mayHaveHappened: isOnce)
            self = isOnce ? .failed(failure) : .again(after: nil, failure)
        default: self = .failed(failure(.refused, "the forge refused the request"))
        }
    }

    init(_ error: HTTPError, of call: APICall) {
        switch error.kind {
        case .bodyTooLarge, .headersTooLarge:
            self = .failed(
                APIFailure(
                    ForgeError(
                        call.media == .json ? .unexpectedAnswer : .refused, "the forge's answer is larger than taken"),
                    mayHaveHappened: call.effect == .once))
        case .cancelled: self = .failed(.cancelled.withEffect(error.wasSent && call.effect == .once))
        case .invalidURL, .invalidRequest, .forbiddenHost, .forbiddenAddress:
            self = .failed(APIFailure(ForgeError(.refused, error.message)))
        case .closed:
            self = .failed(
                APIFailure(
                    ForgeError(.unavailable, "the connection to the forge is shut down"),
                    mayHaveHappened: error.wasSent && call.effect == .once))
        case .nameLookup, .connect, .tls, .timeout, .protocolError, .connectionLost:
            let failure = APIFailure(
                ForgeError(.unavailable, "the forge cannot be reached: \(error.message)"),
                mayHaveHappened: error.wasSent && call.effect == .once)
            self = failure.mayHaveHappened ? .failed(failure) : .again(after: nil, failure)
        }
    }

    /// Seconds to wait where the answer speaks of a limit (docs.github.com, "Rate limits for the REST API"):
    /// `retry-after` first, then the hourly limit's reset, else a minute.
    private static func limitWait(_ response: HTTPResponse, complaint: String, now: Instant) -> Double? {
        let status = response.head.status
        guard status == 403 || status == 429 else { return nil }
        if let text = response.head["Retry-After"], let seconds = Int(text), seconds >= 0 {
            return Double(min(seconds, 3600))
        }
        if let wait = exhausted(response.head, now: now) { return wait }
        return status == 429 || complaint.contains("secondary rate limit") || complaint.contains("abuse detection")
            ? 60 : nil
    }

    /// Seconds until the hourly limit begins anew, where nothing is left of it; by the server's own clock.
    static func exhausted(_ head: HTTPHead, now: Instant) -> Double? {
        guard head["x-ratelimit-remaining"] == "0", let reset = head["x-ratelimit-reset"].flatMap({ Int64($0) }),
            reset >= 0, reset <= Int64(Int32.max) * 2
        else { return nil }
        let server = head["Date"].flatMap { CalendarTime.http($0) } ?? now
        let wait = Instant(milliseconds: reset * 1000).seconds(since: server) + 1
        return min(max(wait, 1), 3600)
    }
}

extension APIFailure {
    fileprivate func withEffect(_ mayHaveHappened: Bool) -> APIFailure {
        var failure = self
        failure.mayHaveHappened = mayHaveHappened
        return failure
    }
}

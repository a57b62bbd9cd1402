import Domain
import GitRepository
import Glibc

/// Fetches one change, so that a test can kill who fetches: mirror, PATH, address, secret, number, head, base, merge base.
@main
enum FetchChild {
    static func main() async {
        let words = CommandLine.arguments
        guard words.count == 9, let number = Int(words[5]), let head = ObjectID(hex: words[6]),
            let base = ObjectID(hex: words[7]), let mergeBase = ObjectID(hex: words[8])
        else { exit(2) }
        do throws(TransportError) {
            let git = try await GitCommand.find(in: words[2])
            let request = try FetchRequest(
                address: try RemoteAddress(words[3], allowsPlainHTTP: true),
                credential: RemoteCredential(secret: Secret(words[4])), number: number, head: head, base: base,
                mergeBase: mergeBase)
            let change = try await Mirror(at: words[1], git: git).fetch(request)
            print("fetched \(change.head)")
        } catch {
            print("failed: \(error)")
            exit(1)
        }
    }
}

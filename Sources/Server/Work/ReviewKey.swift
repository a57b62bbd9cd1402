package import Domain
import Fingerprints

/// Names a review, so that one of a key is ever published: digest of repository, number, head and policy version.
package enum ReviewKey {
    /// - Parameter policyVersion: Also tells apart what the static rules alone saw from what models may look at.
    package static func digest(_ address: ChangeAddress, head: String, policyVersion: String) -> String {
        let fields = ["hunkwise review 1", address.forge, "\(address.repositoryID)", "\(address.number)", head]
        return String(RequestDigest.sha256(Array((fields + [policyVersion]).joined(separator: "\n").utf8)).prefix(24))
    }
}

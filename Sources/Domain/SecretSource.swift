/// Where a secret is read from; the secret itself is never written in a file of settings.
package struct SecretSource: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// The name of an environment variable.
        case environment(String)
        /// The path of a file, relative to the working directory.
        case file(String)
    }

    package var place: Place
    /// Dotted, "forges[0].private_key_file".
    package var key: String
    package var origin: Origin

    package init(_ place: Place, key: String, origin: Origin) {
        self.place = place
        self.key = key
        self.origin = origin
    }
}

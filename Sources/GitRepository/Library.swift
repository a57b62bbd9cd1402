import CGit2
import Glibc

/// The C library, set up once for the process.
enum Library {
    /// Nothing outside the repository is read: no system, user or XDG configuration or attributes, no templates.
    ///
    /// Ownership is not checked. Git checks it because it runs hooks and programs named in a repository's configuration;
    /// nothing here runs or obeys anything of a repository, so reading one that belongs to somebody else does no harm.
    private static let isReady: Bool = {
        guard git_libgit2_init() >= 0 else { return false }
        cgit2_clear_search_paths()
        _ = cgit2_set_owner_validation(0)
        // `RepositoryFormat` has decided before the library is asked, and knows more extensions than old versions do.
        let names = RepositoryFormat.readableExtensions.map { strdup($0) }
        defer { names.forEach { free($0) } }
        var pointers = names.map { UnsafePointer<CChar>($0) }
        _ = cgit2_set_extensions(&pointers, pointers.count)
        // A review reads most objects once.
        _ = cgit2_set_cache_limit(4 << 20)
        // Git does not hash objects it reads from packs either; damage still fails the checksum inside the compression.
        _ = cgit2_set_hash_verification(0)
        return true
    }()

    static func prepare() throws(GitError) {
        guard isReady else { throw GitError(.unreadable, "the git library could not be started") }
    }

    /// The library's words for the failure of the last call, if that call set any; see `clearMessage`.
    static var message: String? {
        guard let error = git_error_last(), let text = error.pointee.message, error.pointee.klass != 0 else {
            return nil
        }
        return String(cString: text)
    }

    /// To be called before a call whose failure is worth its words: some failures set none and leave those of an earlier
    /// one standing.
    static func clearMessage() {
        git_error_clear()
    }
}

/// Tells the names of access checks by the words they are made of: `require_owner`, `isAuthenticated`, and as
/// annotations also `@login_required`, `@RolesAllowed` and `@UseGuards`.
enum GuardWords {
    /// - Parameters:
    ///   - classes: Of all words of the name together.
    ///   - first: Of its first word.
    ///   - isAnnotation: The line begins with an annotation, where fewer words tell as much.
    @inline(__always)
    static func name(_ classes: Lexicon.Classes, first: Lexicon.Classes, isAnnotation: Bool) -> Bool {
        guard classes & telling != 0, classes & Lexicon.lifting == 0, first & Lexicon.carrying == 0 else {
            return false
        }
        let demands = classes & Lexicon.demanding != 0
        let asks = classes & Lexicon.asking != 0
        let isGuardian = classes & Lexicon.guardian != 0
        let isAboutAccess = classes & Lexicon.access != 0
        if isAnnotation {
            let isAboutIdentity = classes & (Lexicon.bit(.auth) | Lexicon.bit(.secret)) != 0
            return isGuardian || isAboutAccess && (demands || asks) || isAboutIdentity && demands
        }
        return demands && (isGuardian || isAboutAccess) || asks && isGuardian || classes & Lexicon.commanding != 0
    }

    private static let telling =
        Lexicon.guardian | Lexicon.access | Lexicon.commanding | Lexicon.bit(.auth) | Lexicon.bit(.secret)
}

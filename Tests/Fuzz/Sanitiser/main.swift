import FuzzDriver
import Gates
import Glibc

// Any bytes a model might answer: what comes out is inert to a reader that was written apart, and stays as it is.
exit(
    fuzz { bytes in
        let text = Sanitiser.sanitise(bytes)
        let leaks = MarkdownVerifier.leaks(in: text)
        require(leaks.isEmpty, "\(leaks) in \(text.debugDescription)")
        require(Sanitiser.sanitise(text) == text, "a second pass changes \(text.debugDescription)")
        let raw = String(decoding: bytes, as: UTF8.self)
        for (short, limit) in [
            (Sanitiser.title(raw), Sanitiser.titleLimit), (Sanitiser.explanation(raw), Sanitiser.explanationLimit),
        ] {
            require(MarkdownVerifier.leaks(in: short).isEmpty, "\(short.debugDescription) leaks")
            require(short.unicodeScalars.count <= limit, "\(short.debugDescription) is too long")
        }
    })

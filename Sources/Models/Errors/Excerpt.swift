import Domain

/// A stranger's words made fit for one of our messages: one line, short, without hidden characters and secrets.
enum Excerpt {
    /// Bytes.
    static let limit = 200

    static func of(_ text: String, key: Secret?) -> String {
        var line = ""
        var space = false
        for scalar in text.unicodeScalars.prefix(4096) {
            if scalar.properties.isWhitespace {
                space = !line.isEmpty
            } else if !scalar.isHidden {
                if space { line += " " }
                space = false
                line.unicodeScalars.append(scalar)
            }
        }
        return shortened(masked(line, key: key))
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > limit else { return text }
        var short = ""
        // A character may be any number of scalars long: scalars are what is counted out.
        for scalar in text.unicodeScalars {
            guard short.utf8.count + UTF8.width(scalar) <= limit - 3 else { break }
            short.unicodeScalars.append(scalar)
        }
        return short + "…"
    }

    /// Providers quote keys in part ("sk-ab***yz"), and gateways other people's in full.
    private static func masked(_ text: String, key: Secret?) -> String {
        var result = ""
        var word = ""
        for character in text {
            if character.isLetter || character.isNumber || "-_.*+".contains(character) {
                word.append(character)
            } else {
                result += maskedWord(word, key: key)
                word = ""
                result.append(character)
            }
        }
        return result + maskedWord(word, key: key)
    }

    private static let keyBeginnings = [
        "sk-", "pk-", "rk-", "gsk_", "xai-", "hf_", "AIza", "ghp_", "eyJ", "tgp_", "fw_",
    ]

    private static func maskedWord(_ word: String, key: Secret?) -> String {
        guard word.utf8.count >= 8 else { return word }
        let looksLikeKey =
            keyBeginnings.contains(where: word.hasPrefix) || word.contains("***") || hasLongRun(word)
            || key.map { shares($0, word) } == true
        return looksLikeKey ? "[secret]" : word
    }

    /// Letters and digits mixed for 24 characters without a break: no word or name of a model is written like that.
    private static func hasLongRun(_ word: String) -> Bool {
        word.split { "-_.*+".contains($0) }.contains { run in
            run.count >= 24 && run.contains(where: \.isNumber) && run.contains(where: \.isLetter)
        }
    }

    /// Whether eight bytes in a row of the key stand in the word.
    private static func shares(_ key: Secret, _ word: String) -> Bool {
        let bytes = Array(word.utf8)
        return key.reveal { secret in
            guard secret.count >= 8, bytes.count >= 8 else { return false }
            return (0...(secret.count - 8)).contains { start in
                bytes.firstRange(of: secret[start..<(start + 8)]) != nil
            }
        }
    }
}

import Domain

extension SectionReader {
    /// The name of an environment variable. A text that is none is not repeated: it may be the secret itself.
    func variable(_ field: Field, suchAs example: String) -> String? {
        guard let text = text(field, maxBytes: 4096, noted: false) else { return nil }
        let isName =
            text.utf8.count <= 128 && text.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
            && text.utf8.allSatisfy {
                (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
            }
        guard isName else {
            refuse(field, "must be the name of an environment variable, such as \(example), not the key itself")
            return nil
        }
        note(field, text)
        return text
    }

    /// The path of a file that holds a secret. What looks like the secret itself is not repeated.
    func secretFile(_ field: Field) -> String? {
        guard let text = text(field, maxBytes: 4096, noted: false) else { return nil }
        if text.contains("\n") || text.contains("-----BEGIN") {
            refuse(field, "must be the path of a file, not its content")
            return nil
        }
        note(field, printable(text))
        return text
    }

    /// One secret, by `STEM_env` or `STEM_file`; not both.
    func secret(_ stem: String, _ fields: [String: Field], suchAs example: String) -> SecretSource? {
        let byName = fields[stem + "_env"]
        let byFile = fields[stem + "_file"]
        if byName != nil, let byFile {
            refuse(byFile, "stands beside \(stem)_env: keep one of them")
            return nil
        }
        if let byName {
            return variable(byName, suchAs: example).map { source(.environment($0), byName) }
        }
        return byFile.flatMap { field in secretFile(field).map { source(.file($0), field) } }
    }

    /// Several secrets, by lists of variables and of files.
    func secrets(
        variables: Field?, files: Field?, suchAs example: String
    ) -> [SecretSource] {
        var sources: [SecretSource] = []
        for item in variables.flatMap({ list($0) }) ?? [] {
            if let name = variable(item, suchAs: example) { sources.append(source(.environment(name), item)) }
        }
        for item in files.flatMap({ list($0) }) ?? [] {
            if let path = secretFile(item) { sources.append(source(.file(path), item)) }
        }
        return sources
    }

    private func source(_ place: SecretSource.Place, _ field: Field) -> SecretSource {
        SecretSource(place, key: field.key, origin: .file(file, line: field.line))
    }
}

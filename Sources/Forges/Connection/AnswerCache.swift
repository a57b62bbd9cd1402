import HTTPClient

/// Answers kept with their entity tags: asking again with the tag costs nothing of the hourly limit when nothing changed.
actor AnswerCache {
    struct Entry: Sendable {
        var tag: String
        var answer: APIAnswer
        var lastUse: Int
    }

    private let maxBytes: Int
    private let maxEntries: Int
    private var entries: [String: Entry] = [:]
    private var bytes = 0
    private var uses = 0

    init(maxBytes: Int = 8 << 20, maxEntries: Int = 512) {
        self.maxBytes = maxBytes
        self.maxEntries = maxEntries
    }

    func entry(_ key: String) -> Entry? {
        uses += 1
        entries[key]?.lastUse = uses
        return entries[key]
    }

    func keep(_ answer: APIAnswer, under key: String) {
        guard let tag = answer.head["ETag"], tag.utf8.count <= 200, answer.body.count <= maxBytes / 16 else { return }
        remove(key)
        uses += 1
        entries[key] = Entry(tag: tag, answer: answer, lastUse: uses)
        bytes += answer.body.count
        while bytes > maxBytes || entries.count > maxEntries {
            guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { break }
            remove(oldest)
        }
    }

    private func remove(_ key: String) {
        if let entry = entries.removeValue(forKey: key) { bytes -= entry.answer.body.count }
    }
}

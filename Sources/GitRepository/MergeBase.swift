extension Repository {
    /// The best common ancestors of two commits, newest first: those that are no ancestor of another one.
    ///
    /// Git's choice for `A...B` is the first. Commits of equal time stay in the order the walk meets them.
    package func mergeBases(_ one: ObjectID, _ other: ObjectID) throws(GitError) -> [ObjectID] {
        guard one != other else { return [one] }
        var walk = AncestorWalk(repository: self)
        let found = try walk.commonAncestors(one, [other])
        guard found.count > 1 else { return found }
        var kept: [ObjectID] = []
        for candidate in found {
            var check = AncestorWalk(repository: self)
            _ = try check.commonAncestors(candidate, found.filter { $0 != candidate })
            if !check.isReachableFromOthers(candidate) { kept.append(candidate) }
        }
        return kept
    }
}

/// Walks from two sides towards the past, newest commit first, marking what each side reaches.
struct AncestorWalk {
    private let repository: Repository
    private var queue: CommitQueue
    private var marks: [ObjectID: Marks] = [:]

    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let one = Marks(rawValue: 1)
        static let others = Marks(rawValue: 2)
        /// An ancestor of a common ancestor.
        static let old = Marks(rawValue: 4)
        static let found = Marks(rawValue: 8)
    }

    init(repository: Repository) {
        self.repository = repository
        queue = CommitQueue(repository: repository)
    }

    func isReachableFromOthers(_ id: ObjectID) -> Bool {
        marks[id]?.contains(.others) == true
    }

    /// Commits reachable from `one` and from any of `others` that are no ancestor of one met before, newest first.
    mutating func commonAncestors(_ one: ObjectID, _ others: [ObjectID]) throws(GitError) -> [ObjectID] {
        marks[one, default: []].insert(.one)
        try queue.push(one)
        for other in others {
            marks[other, default: []].insert(.others)
            try queue.push(other)
        }
        var found: [(id: ObjectID, time: Int)] = []
        while queue.contains(where: { marks[$0]?.contains(.old) != true }), let commit = queue.pop() {
            let all = marks[commit.id] ?? []
            var flags = all.intersection([.one, .others, .old])
            if flags == [.one, .others] {
                if !all.contains(.found) {
                    marks[commit.id, default: []].insert(.found)
                    let place = found.firstIndex { $0.time < commit.time } ?? found.count
                    found.insert((commit.id, commit.time), at: place)
                }
                flags.insert(.old)
            }
            for parent in commit.parents where marks[parent]?.isSuperset(of: flags) != true {
                marks[parent, default: []].formUnion(flags)
                try queue.push(parent)
            }
        }
        return found.filter { marks[$0.id]?.contains(.old) != true }.map(\.id)
    }
}

/// Commits waiting to be visited: the newest first, of equally old ones the one that came first.
struct CommitQueue {
    struct Item {
        var id: ObjectID
        var time: Int
        var parents: [ObjectID]
        fileprivate var order: Int

        fileprivate func precedes(_ other: Item) -> Bool {
            time != other.time ? time > other.time : order < other.order
        }
    }

    private let repository: Repository
    private var heap: [Item] = []
    private var pushed = 0

    init(repository: Repository) {
        self.repository = repository
    }

    mutating func push(_ id: ObjectID) throws(GitError) {
        let links = try repository.links(of: id)
        pushed += 1
        heap.append(Item(id: id, time: links.committerTime, parents: links.parents, order: pushed))
        var index = heap.count - 1
        while index > 0, heap[index].precedes(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func pop() -> Item? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var index = 0
        while true {
            var next = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].precedes(heap[next]) {
                next = child
            }
            if next == index { return first }
            heap.swapAt(index, next)
            index = next
        }
    }

    func contains(where predicate: (ObjectID) -> Bool) -> Bool {
        heap.contains { predicate($0.id) }
    }
}

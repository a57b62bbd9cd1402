package import Domain

/// One change's objects, as the forge describes them.
package struct FetchRequest: Sendable {
    package var address: RemoteAddress
    package var credential: RemoteCredential?
    package var network: NetworkSettings
    /// The change's number on the forge; above zero.
    package var number: Int
    /// What the forge says the head is. Another commit under `headReference` is the error `moved`.
    package var head: ObjectID
    package var headReference: ReferenceName
    /// The tip of the base branch, as the forge says it.
    package var base: ObjectID
    /// Where the base is looked for when the server does not give it out by its id.
    package var baseBranch: ReferenceName?
    /// As the forge names it; nil when it does not.
    package var mergeBase: ObjectID?
    package var limits: FetchLimits

    /// - Parameter headReference: `refs/pull/<number>/head` unless given.
    package init(
        address: RemoteAddress, credential: RemoteCredential?, network: NetworkSettings = NetworkSettings(),
        number: Int, head: ObjectID, headReference: ReferenceName? = nil, base: ObjectID,
        baseBranch: ReferenceName? = nil, mergeBase: ObjectID?, limits: FetchLimits = FetchLimits()
    ) throws(TransportError) {
        guard number > 0 else { throw TransportError(.refused, "a change's number must be above zero") }
        self.address = address
        self.credential = credential
        self.network = network
        self.number = number
        self.head = head
        if let headReference {
            self.headReference = headReference
        } else {
            self.headReference = try ReferenceName.pullRequest(number)
        }
        self.base = base
        self.baseBranch = baseBranch
        self.mergeBase = mergeBase
        self.limits = limits
    }
}

/// Where a fetch stops.
package struct FetchLimits: Hashable, Sendable {
    /// For everything: waiting for the mirror, and all calls of git.
    package var time: Duration
    /// Of `time`, at most this for waiting until nobody else uses the mirror.
    package var wait: Duration
    /// Most bytes that one fetch may add to the mirror.
    package var growth: Int
    /// Most bytes of objects in the mirror after it.
    package var total: Int
    /// Fewer bytes a second than this for `slowTime` end the fetch.
    package var slowBytesPerSecond: Int
    /// In seconds.
    package var slowTime: Int
    /// How many commits of history are asked for, one after the other, when the merge base is not given out by its id.
    package var depths: [Int]

    package init(
        time: Duration = .seconds(180), wait: Duration = .seconds(90), growth: Int = 2 << 30, total: Int = 8 << 30,
        slowBytesPerSecond: Int = 1000, slowTime: Int = 30, depths: [Int] = [50, 250, 1250, 6250]
    ) {
        self.time = time
        self.wait = wait
        self.growth = growth
        self.total = total
        self.slowBytesPerSecond = slowBytesPerSecond
        self.slowTime = slowTime
        self.depths = depths
    }
}

/// A change whose objects are here, complete: the trees and files of these commits can all be read.
package struct FetchedChange: Hashable, Sendable {
    /// To be opened with `Repository(at:)`.
    package let gitDirectory: String
    package let head: ObjectID
    /// What `.hunkwise.yaml` is read from. Another commit than was asked for only if `notes` say so.
    package let base: ObjectID
    /// The commit to compare with; nil when it is not among the history that may be fetched, which `notes` say.
    package let mergeBase: ObjectID?
    /// What a reader of the review should know, each a whole sentence.
    package let notes: [String]
    /// Whether the server was asked at all: everything may have been here.
    package let usedNetwork: Bool
}

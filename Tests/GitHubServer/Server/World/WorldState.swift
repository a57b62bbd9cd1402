/// Everything the server knows beside the git objects.
struct WorldState: Sendable {
    let git: GitStore
    let limits: ServiceLimits
    var addresses = Addresses(api: "", html: "")
    var accounts: [Account] = []
    var repositories: [Repository] = []
    var pulls: [PullRequest] = []
    var issues: [Issue] = []
    var goneIssues: Set<GoneIssue> = []
    var reviews: [Review] = []
    var reviewComments: [ReviewComment] = []
    var issueComments: [IssueComment] = []
    var reactions: [Reaction] = []
    var checkRuns: [CheckRun] = []
    var checkSuites: [CheckSuite] = []
    var statuses: [CommitStatus] = []
    var apps: [App] = []
    var installations: [Installation] = []
    var tokens: [String: Token] = [:]
    var deliveries: [Delivery] = []
    /// Numbers of deliveries that clients want sent again.
    var wantedDeliveries: Set<Int> = []
    /// Apps that wait for their conversion, by its code.
    var manifestCodes: [String: ManifestCode] = [:]
    /// Forms of pages that were shown, by what came with them.
    var forms: [String: Pages.Form] = [:]
    /// Who is in front of the browser.
    var person: String?
    /// Numbers are beyond 32 bits, as those of comments and check runs have long been.
    private var lastID = 5_000_000_000

    init(git: GitStore, limits: ServiceLimits) {
        self.git = git
        self.limits = limits
    }

    mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    func account(_ login: String) -> Account? {
        accounts.first { $0.login.lowercased() == login.lowercased() }
    }

    func repository(_ owner: String, _ name: String) -> Repository? {
        let wanted = (owner + "/" + name).lowercased()
        return repositories.first { !$0.isDeleted && $0.fullName.lowercased() == wanted }
    }

    func repository(formerly name: String) -> Repository? {
        repositories.first { !$0.isDeleted && $0.formerNames.contains(name.lowercased()) }
    }

    func repository(_ id: Int) -> Repository? { repositories.first { $0.id == id && !$0.isDeleted } }

    func pull(_ number: Int, of repository: Repository) -> PullRequest? {
        pulls.first { $0.repository == repository.id && $0.number == number }
    }

    func app(_ id: Int) -> App? { apps.first { $0.id == id } }

    func installation(_ id: Int) -> Installation? { installations.first { $0.id == id } }

    /// The installation of an App that covers a repository.
    func installation(of app: Int?, on repository: Repository) -> Installation? {
        installations.first { installation in
            (app == nil || installation.app == app)
                && installation.account.lowercased() == repository.owner.lowercased()
                && (installation.repositories?.contains(repository.id) ?? true)
        }
    }

    /// What an account may do with a repository, by its role alone.
    func role(of login: String, in repository: Repository) -> Access {
        if login.lowercased() == repository.owner.lowercased() { return .admin }
        return repository.collaborators[login.lowercased()] ?? .none
    }

    mutating func change(repository id: Int, _ body: (inout Repository) -> Void) {
        if let index = repositories.firstIndex(where: { $0.id == id }) { body(&repositories[index]) }
    }

    mutating func change(app id: Int, _ body: (inout App) -> Void) {
        if let index = apps.firstIndex(where: { $0.id == id }) { body(&apps[index]) }
    }

    mutating func change(pull id: Int, _ body: (inout PullRequest) -> Void) {
        if let index = pulls.firstIndex(where: { $0.id == id }) { body(&pulls[index]) }
    }
}

/// Where the server is found, without a slash at the end.
struct Addresses: Sendable {
    var api: String
    var html: String
}

/// An issue that was deleted; its number is not used again.
struct GoneIssue: Sendable, Hashable {
    var repository: Int
    var number: Int
}

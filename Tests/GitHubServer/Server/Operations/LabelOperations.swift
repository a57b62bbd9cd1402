import ModelServer

extension Operation {
    private static let ofIssue = "/repos/{owner}/{repo}/issues/{issue_number}/labels"
    private static let write = Need.write("issues", "pull_requests", role: .triage)

    static let labelOperations: [Operation] = [
        Operation(
            "issues/list-labels-for-repo", "GET", "/repos/{owner}/{repo}/labels",
            Need.read("issues", "pull_requests"), page: "issues/labels#list-labels-for-a-repository"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            return call.list(repository.labels, in: state) { state.json($0, in: repository) }
        },
        Operation(
            "issues/get-label", "GET", "/repos/{owner}/{repo}/labels/{name}",
            Need.read("issues", "pull_requests"), page: "issues/labels#get-a-label"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            guard let label = repository.label(call.text("name")) else { throw Refusal.notFound }
            return call.json(state.json(label, in: repository))
        },
        Operation(
            "issues/create-label", "POST", "/repos/{owner}/{repo}/labels",
            Need.write("issues", "pull_requests", role: .write), page: "issues/labels#create-a-label",
            resource: "Label", body: BodyRules.labelCreation, createsContent: true, create),
        Operation(
            "issues/list-labels-on-issue", "GET", ofIssue, Need.read("issues", "pull_requests"),
            page: "issues/labels#list-labels-for-an-issue"
        ) { call, state throws(Refusal) in
            let (repository, subject) = try call.issue(in: state)
            return call.json(state.json(labels: subject.labels, in: repository))
        },
        Operation(
            "issues/add-labels", "POST", ofIssue, write, page: "issues/labels#add-labels-to-an-issue",
            resource: "Label", body: BodyRules.issueLabels(atLeast: 1)
        ) { call, state throws(Refusal) in
            let (_, subject) = try call.issue(in: state)
            let more = call.labelNames.filter { name in
                !subject.labels.contains { $0.lowercased() == name.lowercased() }
            }
            return try set(subject.labels + more, call, &state)
        },
        Operation(
            "issues/set-labels", "PUT", ofIssue, write, page: "issues/labels#set-labels-for-an-issue",
            resource: "Label", body: BodyRules.issueLabels(atLeast: 0)
        ) { call, state throws(Refusal) in try set(call.labelNames, call, &state) },
        Operation(
            "issues/remove-label", "DELETE", ofIssue + "/{name}", write,
            page: "issues/labels#remove-a-label-from-an-issue", resource: "Label"
        ) { call, state throws(Refusal) in
            let (_, subject) = try call.issue(in: state)
            let name = call.text("name").lowercased()
            guard subject.labels.contains(where: { $0.lowercased() == name }) else {
                throw Refusal(status: 404, message: "Label does not exist")
            }
            return try set(subject.labels.filter { $0.lowercased() != name }, call, &state)
        },
    ]

    private static let longestName = 50
    private static let longestDescription = 100

    private static func create(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        let name = call.body["name"]?.text ?? ""
        let color = call.body["color"]?.text ?? "ededed"
        let description = call.body["description"]?.text
        if name.isEmpty { throw Refusal.validation("Label", "name", "missing_field") }
        if name.count > longestName {
            throw Refusal.validation("Label", "name", "custom", "name is too long (maximum is 50 characters)")
        }
        if color.utf8.count != 6 || Int(color, radix: 16) == nil {
            throw Refusal.validation("Label", "color", "invalid")
        }
        if let description, description.count > longestDescription {
            throw Refusal.validation(
                "Label", "description", "custom", "description is too long (maximum is 100 characters)")
        }
        if repository.label(name) != nil { throw Refusal.validation("Label", "name", "already_exists") }
        let label = Label(id: state.nextID(), name: name, color: color.lowercased(), description: description)
        state.change(repository: repository.id) { $0.labels.append(label) }
        return call.json(state.json(label, in: repository), status: 201)
    }

    /// Labels that the repository has not are made.
    private static func set(
        _ names: [String], _ call: Call, _ state: inout WorldState
    ) throws(Refusal) -> Reply {
        let (repository, subject) = try call.issue(in: state)
        if names.contains(where: { $0.isEmpty }) { throw Refusal.validation("Label", "name", "missing_field") }
        if names.contains(where: { $0.count > longestName }) {
            throw Refusal.validation("Label", "name", "custom", "name is too long (maximum is 50 characters)")
        }
        if names.count > state.limits.labelsPerIssue {
            throw Refusal.validation(
                "Issue", "labels", "custom", "exceeds the maximum of \(state.limits.labelsPerIssue) labels")
        }
        for name in names where state.repository(repository.id)?.label(name) == nil {
            let label = Label(id: state.nextID(), name: name, color: "ededed", description: nil)
            state.change(repository: repository.id) { $0.labels.append(label) }
        }
        switch subject {
        case .pull(let pull): state.change(pull: pull.id) { $0.labels = names }
        case .issue(let issue):
            if let index = state.issues.firstIndex(where: { $0.id == issue.id }) {
                state.issues[index].labels = names
            }
        }
        return call.json(state.json(labels: names, in: try call.repository(in: state)))
    }
}

extension Repository {
    func label(_ name: String) -> Label? { labels.first { $0.name.lowercased() == name.lowercased() } }
}

extension Call {
    fileprivate var labelNames: [String] {
        let items = body.items ?? body["labels"]?.items ?? []
        return items.compactMap { $0.text ?? $0["name"]?.text }
    }
}

import ModelServer

extension Control {
    /// What is done, and what Apps hear of it; nil where the path is none of these.
    func act(_ method: String, _ path: String, _ body: JSON) throws -> (JSON, Occurrence?)? {
        let name = body["repository"]?.text ?? body["name"]?.text ?? ""
        let number = body["number"]?.whole ?? 0
        switch (method, path) {
        case ("POST", "repositories"):
            try world.makeRepository(
                name, isPrivate: body["private"]?.truth ?? false, forkOf: body["fork_of"]?.text)
            return (["name": .string(name)], nil)
        case ("POST", "commits"):
            var files: [String: String?] = [:]
            for member in body["files"]?.members ?? [] { files.updateValue(member.value.text, forKey: member.key) }
            let tip = try world.commit(
                files, on: body["branch"]?.text ?? "main", from: body["from"]?.text, in: name,
                message: body["message"]?.text ?? "A change", author: body["author"]?.text ?? "octocat",
                replacing: body["replacing"]?.truth ?? false)
            return (["sha": .string(tip)], nil)
        case ("POST", "pulls"):
            let pull = try world.openPull(
                in: name, from: body["head"]?.text ?? "", of: body["of"]?.text,
                into: body["base"]?.text ?? "main", title: body["title"]?.text ?? "A change",
                body: body["body"]?.text, author: body["author"]?.text ?? "octocat",
                isDraft: body["draft"]?.truth ?? false)
            return (["number": .integer(pull.number)], .pull("opened", pull.number, in: name))
        case ("POST", "pushes"):
            let pull = try world.push(number, in: name)
            return (["head": .string(pull.headCommit)], .pull("synchronize", number, in: name))
        case ("POST", "pulls/state"): return try changeState(body, number, name)
        case ("POST", "comments"): return try comment(body, number, name)
        default: return try prepare(method, path, body, name)
        }
    }

    private func changeState(_ body: JSON, _ number: Int, _ name: String) throws -> (JSON, Occurrence?) {
        var action = body["action"]?.text ?? ""
        switch action {
        case "closed": try world.close(number, in: name)
        case "reopened": try world.reopen(number, in: name)
        case "merged":
            try world.merge(number, in: name, by: body["sender"]?.text ?? "octocat")
            action = "closed"
        case "locked": try world.lock(number, in: name)
        case "ready_for_review": try world.change(number, in: name) { $0.isDraft = false }
        case "converted_to_draft": try world.change(number, in: name) { $0.isDraft = true }
        case "labeled": try world.label(number, in: name, body["label"]?.text ?? "")
        default: throw WorldError("no such action: \(action)")
        }
        return (["action": .string(action)], .pull(action, number, in: name))
    }

    private func comment(_ body: JSON, _ number: Int, _ name: String) throws -> (JSON, Occurrence?) {
        let author = body["author"]?.text ?? "octocat"
        let text = body["body"]?.text ?? ""
        if let first = body["reply_to"]?.whole {
            let comment = try world.reply(text, as: author, to: first)
            return (["id": .integer(comment.id)], .reviewComment("created", comment))
        }
        let comment = try world.comment(text, as: author, on: number, in: name)
        return (["id": .integer(comment.id)], .comment("created", comment))
    }

    private func prepare(
        _ method: String, _ path: String, _ body: JSON, _ name: String
    ) throws -> (JSON, Occurrence?)? {
        let login = body["login"]?.text ?? ""
        switch (method, path) {
        case ("POST", "access"):
            guard let access = Access(rawValue: body["access"]?.text ?? "") else {
                throw WorldError("access is one of \(Access.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            try world.setAccess(access, of: login, to: name)
            return (.object([]), nil)
        case ("POST", "tokens"):
            let scopes = (body["scopes"]?.items ?? ["repo"]).compactMap(\.text)
            return (["token": .string(world.token(for: login, scopes: scopes))], nil)
        case ("POST", "clock"):
            world.clock.advance(bySeconds: body["advance"]?.whole ?? 0)
            return (["now": .string(Timestamp.text(world.clock.now()))], nil)
        case ("PUT", "hook"):
            hooks.setTarget(
                body["url"]?.text, secret: body["secret"]?.text, isForm: body["form"]?.truth ?? false)
            return (.object([]), nil)
        case ("POST", "faults"):
            guard let fault = Fault(words: body["fault"]?.text ?? "", isAfter: body["moment"] == "after") else {
                throw WorldError("not a fault: \(body["fault"]?.text ?? "")")
            }
            let operations = body["on"]?.text ?? "*"
            if let chance = body["probability"]?.number {
                faults.chance(fault, on: operations, probability: chance)
            } else {
                for _ in 0..<(body["times"]?.whole ?? 1) { faults.queue(fault, on: operations) }
            }
            return (.object([]), nil)
        default: return nil
        }
    }
}

extension Fault {
    /// `status=502`, `secondary`, `primary`, `dropped`, `truncated=9`, `garbled`.
    package init?(words: String, isAfter: Bool = false) {
        let parts = words.split(separator: "=", maxSplits: 1).map(String.init)
        let number = parts.count > 1 ? Int(parts[1]) : nil
        let what: What
        switch (parts.first, number) {
        case ("status", let status?): what = .status(status)
        case ("secondary", let wait): what = .secondaryLimit(retryAfter: wait ?? 60)
        case ("primary", let wait): what = .primaryLimit(resetIn: wait ?? 60)
        case ("dropped", nil): what = .dropped
        case ("truncated", let count?): what = .truncated(count)
        case ("garbled", nil): what = .garbled
        default: return nil
        }
        self.init(moment: isAfter ? .after : .before, what: what)
    }
}

import Classification
import Diffs
import Domain
import Patterns
import SyntaxTrees
import Testing

@Suite("Verdicts") struct VerdictTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let category: Domain.Category
        let path: String
        let lines: [String]
        var testDescription: String { "\(category): \(path)" }

        init(_ category: Domain.Category, _ path: String, _ lines: [String]) {
            self.category = category
            self.path = path
            self.lines = lines
        }
    }

    @Test(
        "tell the kinds of work apart where the hunk shows them",
        arguments: [
            Case(.boilerplate, "README.md", ["-Old words about it.", "+New words about it."]),
            Case(.boilerplate, "go.sum", ["+example.org/x v1.2.3 h1:abc="]),
            Case(.boilerplate, "src/a.ts", ["+import { b } from './b'"]),
            Case(.boilerplate, "tests/test_a.py", ["+    assert f(1) == 2"]),
            Case(.boilerplate, ".github/workflows/ci.yml", ["-      - uses: a/b@v1", "+      - uses: a/b@v2"]),
            Case(
                .algorithm, "src/router/trie.ts",
                [
                    " search(path) {", "+  for (let i = 0; i < parts.length; i++) {",
                    "+    const next = node.children[parts[i]]",
                    "+    if (!next) break", "+    node = next", "+    queue.push(node)", "+  }", "   return node",
                ]),
            Case(
                .review, "src/auth/session.py",
                [
                    " def verify(token, signature):", "-    return signature == hmac_digest(token)",
                    "+    return hmac.compare_digest(signature, hmac_digest(token))",
                ]),
            Case(
                .architecture, "src/driver/interface.go",
                [
                    "+// Driver stores jobs.", "+type Driver interface {", "+\tOpen(name string) (Conn, error)",
                    "+\tModel() Model", "+}",
                ]),
        ])
    func categories(_ example: Case) throws {
        #expect(try TestChange.assess(example.path, example.lines).category == example.category)
    }

    @Test(
        "put the more dangerous of two hunks first",
        arguments: [
            (["-    require_owner(user)", "     delete(account)"], ["+    log(account)", "     delete(account)"]),
            (["-\tmu.Lock()", "-\tdefer mu.Unlock()", " \tn++"], ["-\tmm := 1", "-\tnn := 2", " \tn++"]),
            (["-  await save(x)", "+  save(x)"], ["-  save(x)", "+  store(x)"]),
            (["-if len(b) < limit {", "+if len(b) <= limit {"], ["-name := first", "+name := second"]),
            (["+db.execute(\"SELECT * FROM t WHERE a = \" + request.query)"], ["+let total = first + second + third"]),
            (["+if (a) { f() }"], ["+// if (a) { f() }"]),
        ])
    func order(_ worse: [String], _ better: [String]) throws {
        let path = "src/a.ts"
        #expect(try TestChange.assess(path, worse).risk > TestChange.assess(path, better).risk)
    }

    @Test(
        "a removed access check is for careful eyes, and likely to be a defect",
        arguments: [
            ("shop/orders.py", " from x import y", ["-@login_required", " def delete_order(request, order_id):"]),
            (
                "shop/orders.py", "",
                ["-@permission_required('shop.delete')", " @log_call", " def delete_order(request):"]
            ),
            (
                "src/A.java", " class A {",
                ["-    @PreAuthorize(\"hasRole('ADMIN')\")", "     public void drop(long id) {"]
            ),
            ("src/A.kt", "", ["-@RolesAllowed(\"admin\")", " fun drop(id: Long) = repo.delete(id)"]),
            ("src/a.ts", "", ["-  @UseGuards(AuthGuard)", "   drop(id: string) {"]),
            (
                "src/C.cs", "",
                ["-        [Authorize(Roles = \"Admin\")]", "         public IActionResult Drop(int id) {"]
            ),
            ("app/c.rb", " class C", ["-  before_action :require_admin", "   def destroy"]),
            ("app/c.rb", "", ["-    authorize! :destroy, order", "     order.destroy"]),
            ("app/routes.js", "", ["-app.use(requireAuth)", " app.delete('/x', drop)"]),
            (
                "api/views.py", "",
                ["-    permission_classes = [IsAuthenticated]", "     queryset = Order.objects.all()"]
            ),
            ("api/h.go", "", ["-\trequireOwner(w, r)", " \tstore.Delete(id)"]),
        ])
    func removedGuard(path: String, heading: String, lines: [String]) throws {
        let assessment = try TestChange.assess(path, lines, heading: heading)
        #expect(assessment.category == .review)
        #expect(assessment.risk >= 0.5)
        #expect(assessment.skip == nil)
        #expect(assessment.reasons.contains { $0.name == "removes-guard" && $0.weight > 0 })
    }

    @Test(
        "what only looks like a removed access check is none",
        arguments: [
            // Replaced by another one.
            ("a/v.py", ["-@login_required", "+@permission_required('shop.delete')", " def drop(request):"]),
            // Gone with what it stood on.
            ("a/v.py", ["-@login_required", "-def drop(request):", "-    return render(request)", " X = 1"]),
            // Lifted before, so the change brings one back.
            ("a/v.py", ["-@csrf_exempt", " def drop(request):"]),
            ("a/C.cs", ["-        [AllowAnonymous]", "         public IActionResult Drop(int id) {"]),
            ("a/v.py", ["-@cached_property", " def drop(self):"]),
            ("a/v.py", ["-from django.contrib.auth.decorators import login_required", " import os"]),
            ("a/v.py", ["-# @login_required", " def drop(request):"]),
            ("tests/test_v.py", ["-@login_required", " def drop(request):"]),
            ("a/v.py", ["-    permission = get_permission(name)", "     return 1"]),
        ])
    func noGuardRemoved(path: String, lines: [String]) throws {
        let assessment = try TestChange.assess(path, lines)
        #expect(!assessment.reasons.contains { $0.name == "removes-guard" })
        #expect(assessment.risk < 0.5)
    }

    @Test("removed imports and comments stay for nobody to look at, whatever they name")
    func removedNames() throws {
        let imports = ["-from django.contrib.auth.decorators import login_required", " import os"]
        #expect(try TestChange.assess("a/v.py", imports).skip == "import-only")
        #expect(try TestChange.assess("a/v.py", imports).category == .boilerplate)
        let comments = ["-# login_required is set by the router", " import os"]
        #expect(try TestChange.assess("a/v.py", comments).skip == "comment-only")
        #expect(try TestChange.assess("a/v.py", comments).category == .boilerplate)
    }

    @Test("give every reason a name and a weight, the heaviest of the risk first")
    func reasons() throws {
        let assessment = try TestChange.assess(
            "src/auth/a.py", ["-    if not user.is_admin:", "-        raise Forbidden()", "     delete(account)"])
        #expect(assessment.reasons.contains { $0.name == "removes-check" && $0.weight > 0 })
        #expect(assessment.reasons.contains { $0.name.hasPrefix("\(assessment.category.rawValue):") })
        let weights = assessment.reasons.prefix { !$0.name.contains(":") }.map { abs($0.weight) }
        #expect(weights == weights.sorted(by: >) && !weights.isEmpty)
    }

    @Test("take the title of a change as weak evidence that leaves the risk alone")
    func subject() throws {
        let lines = ["-    x = f(a)", "+    x = f(a, b)"]
        let plain = try TestChange.assess("src/a.py", lines)
        let titled = try TestChange.assess(
            "src/a.py", lines, classifier: Classifier(subject: "Fix security vulnerability CVE-1"))
        #expect(titled.category == .review)
        #expect(titled.risk == plain.risk)
    }

    @Test("let the operator's rules raise and lower")
    func operatorRules() throws {
        let lines = ["-    require_owner(user)", "+    pass"]
        let path = "legacy/a.py"
        let plain = try TestChange.assess(path, lines)
        let glob = try Glob("legacy/**")
        let lower = Classifier(rules: [
            ClassificationRule(name: "old", origin: .operator, path: glob, maximumRisk: 0.01)
        ])
        #expect(try TestChange.assess(path, lines, classifier: lower).risk == 0.01)
        let raise = Classifier(rules: [
            ClassificationRule(name: "pay", origin: .operator, path: glob, category: .architecture, minimumRisk: 0.9)
        ])
        let raised = try TestChange.assess(path, lines, classifier: raise)
        #expect(raised.risk == 0.9 && raised.category == .architecture && raised.reasons.first?.name == "rule:pay")
        let elsewhere = try TestChange.assess("src/a.py", lines, classifier: raise)
        #expect(elsewhere.risk < 0.9 && plain.risk < 0.9)
    }

    @Test("let a repository's rules only raise")
    func repositoryRules() throws {
        let lines = ["-    require_owner(user)", "+    pass"]
        let plain = try TestChange.assess("a.py", lines)
        let glob = try Glob("**")
        let lower = Classifier(rules: [
            ClassificationRule(name: "x", origin: .repository, path: glob, category: .boilerplate, maximumRisk: 0)
        ])
        let tried = try TestChange.assess("a.py", lines, classifier: lower)
        #expect(tried.risk == plain.risk && tried.category == plain.category)
        let raise = Classifier(rules: [ClassificationRule(name: "x", origin: .repository, path: glob, minimumRisk: 0.8)]
        )
        #expect(try TestChange.assess("a.py", lines, classifier: raise).risk == 0.8)
        #expect(try TestChange.assess("go.sum", ["+a"], classifier: raise).skip == nil)
        let both = Classifier(rules: [
            ClassificationRule(name: "r", origin: .repository, path: glob, minimumRisk: 0.8),
            ClassificationRule(name: "o", origin: .operator, path: glob, maximumRisk: 0.1),
        ])
        #expect(try TestChange.assess("a.py", lines, classifier: both).risk == 0.8)
    }

    @Test("apply rules by changed line and by label")
    func conditions() throws {
        let pattern = try Pattern("danger")
        let byPattern = Classifier(rules: [
            ClassificationRule(name: "p", origin: .operator, pattern: pattern, minimumRisk: 0.7)
        ])
        #expect(try TestChange.assess("a.py", ["+danger()"], classifier: byPattern).risk == 0.7)
        #expect(try TestChange.assess("a.py", [" danger()", "+x()"], classifier: byPattern).risk < 0.7)
        let rule = ClassificationRule(name: "l", origin: .operator, label: "urgent", minimumRisk: 0.6)
        #expect(
            try TestChange.assess("a.py", ["+x()"], classifier: Classifier(rules: [rule], labels: ["urgent"])).risk
                == 0.6)
        #expect(try TestChange.assess("a.py", ["+x()"], classifier: Classifier(rules: [rule])).risk < 0.6)
        let never = ClassificationRule(name: "n", origin: .operator, minimumRisk: 1)
        #expect(try TestChange.assess("a.py", ["+x()"], classifier: Classifier(rules: [never])).risk < 1)
    }
}

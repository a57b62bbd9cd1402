import Domain
import Testing

@testable import ConfigurationFiles

private let start = "forges: [{kind: github, repositories: [{match: a/b}], "

private let serviceMistakes: [Mistake] = [
    Mistake(start + "}]", "forges[0]: has no credential: give app_id and private_key_file, or token_env"),
    Mistake(
        start + "token_env: T, token_file: /f}]",
        "forges[0].token_file: stands beside token_env: keep one of them"
    ),
    Mistake(
        start + "token_env: T, app_id: 1}]",
        "forges[0].app_id: stands beside a token: keep the App (app_id and private_key_file) or the token, not "
            + "both"
    ),
    Mistake(start + "app_id: 1}]", "forges[0]: needs private_key_file beside app_id"),
    Mistake(start + "private_key_file: /f}]", "forges[0]: needs app_id beside the private key"),
    Mistake(
        start + "token_env: ghp_abc-123}]",
        "forges[0].token_env: must be the name of an environment variable, such as GITHUB_TOKEN, not the key "
            + "itself"
    ),
    Mistake(
        start + "app_id: 1, private_key_file: \"-----BEGIN RSA\"}]",
        "forges[0].private_key_file: must be the path of a file, not its content"
    ),
    Mistake(
        start + "token: ghp_abc}]",
        "forges[0].token: unknown key; secrets are never written here: name an environment variable with "
            + "token_env, or a file with token_file"
    ),
    Mistake(
        start + "token_env: T, webhook_secret: s3cret}]",
        "forges[0].webhook_secret: unknown key; secrets are never written here: name an environment variable "
            + "with webhook_secrets_env, or a file with webhook_secrets_files"
    ),
    Mistake(
        start + "token_env: T, webhook_secret_env: [A]}]",
        "forges[0].webhook_secret_env: unknown key; did you mean \"webhook_secrets_env\"?"
    ),
    Mistake(
        start + "token_env: T, webhook_secrets_env: A}]",
        "forges[0].webhook_secrets_env: must be a list ([a, b])"
    ),
    Mistake(
        start + "token_env: T, url: \"http://github.example.com\"}]",
        "forges[0].url: must begin with https:// unless the host is on this machine"
    ),
    Mistake(
        start + "token_env: T, url: \"https://me:pw@ghe.example\"}]",
        "forges[0].url: holds credentials: name them with app_id and private_key_file, or token_env"
    ),
    Mistake(
        start + "token_env: T, url: \"https://github.com/acme\"}]",
        "forges[0].url: must be the forge's address alone, without a path, such as https://github.example.com"
    ),
    Mistake(
        start + "token_env: T, url: \"https://ghe.example/?a\"}]",
        "forges[0].url: must be an address such as https://github.example.com"
    ),
    Mistake(
        "forges: [{kind: gitlab, token_env: T}]",
        "forges[0].kind: gitlab is not built yet in this version; the one kind there is is github"
    ),
    Mistake("forges: [{token_env: T}]", "forges[0]: needs kind: github"),
    Mistake(
        "forges: [{kind: github, token_env: T}]",
        "forges[0]: needs repositories, for example [{match: \"acme/*\"}]: nothing else is served"
    ),
    Mistake(
        "forges: [{kind: github, token_env: T, repositories: []}]",
        "forges[0].repositories: is empty, so nothing would be served: name a repository, or \"owner/*\""
    ),
    Mistake(
        "forges: [{kind: github, token_env: T, repositories: [{match: a/b}, {match: A/b}]}]",
        "forges[0].repositories[1].match: is given twice, first on line 1"
    ),
    Mistake(
        "forges: [{kind: github, token_env: T, repositories: [{match: \"!a/b\"}]}]",
        "forges[0].repositories[0].match: must not begin with !: give what is not served an entry of its own with "
            + "mode: off"
    ),
    Mistake(
        "forges: [{kind: github, token_env: T, repositories: [{mode: off}]}]",
        "forges[0].repositories[0]: needs match: a repository such as \"acme/shop\", or a pattern such as "
            + "\"acme/*\""
    ),
    Mistake(
        "server: {admin_listen: \"0.0.0.0:8081\"}",
        "server.admin_listen: is open to other machines without a token: add admin_token_env: "
            + "HUNKWISE_ADMIN_TOKEN"
    ),
    Mistake(
        "server: {listen: \"127.0.0.1:8081\"}",
        "server.listen: listen and admin_listen have the same port, 8081"
    ),
    Mistake("server: {listen: \"8080\"}", "server.listen: must be an address and port such as 127.0.0.1:8080"),
    Mistake("server: {worker: 3}", "server.worker: unknown key; did you mean \"workers\"?"),
    Mistake("server: {workers: 0}", "server.workers: must be from 1 to 256, not \"0\""),
    Mistake("server: {log_level: loud}", "server.log_level: must be one of debug, info, warning, error, not \"loud\""),
    Mistake("quiet_seconds: 3", "quiet_seconds: unknown key here; it belongs in server"),
    Mistake("skip: {titles: [\"!x\"]}", "skip.titles: must not hold patterns that begin with !"),
    Mistake("skip: {bots: never}", "skip.bots: must be one of skip, static, review, not \"never\""),
    Mistake("outsiders: {window_share: 1.5}", "outsiders.window_share: must be from 0 to 1, not \"1.5\""),
    Mistake("outsiders: {window_share: 0.3333}", "outsiders.window_share: has more than three decimals"),
    Mistake("checks: {on_skip: success}", "checks.on_skip: must be one of neutral, failure, not \"success\""),
    Mistake(
        "review: {request_changes_from: never}",
        "review.request_changes_from: must be one of critical, high, medium, low, none, not \"never\""
    ),
    Mistake(
        "marker_key: abc",
        "marker_key: unknown key; secrets are never written here: name an environment variable with "
            + "marker_key_env, or a file with marker_key_file"
    ),
]

@Suite struct ServiceProblemTests {
    @Test(
        "A mistake in the service's blocks is told with file, line, key and what to do",
        arguments: serviceMistakes)
    func told(_ mistake: Mistake) {
        let lines = problems(mistake.text).map(\.description)
        #expect(lines.contains { $0.hasPrefix("hunkwise.yaml:1: " + mistake.said) }, "said \(lines)")
        #expect(!lines.contains { $0.contains("ghp_") || $0.contains("pw@") || $0.contains("s3cret") })
    }
}

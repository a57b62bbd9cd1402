import Diffs
import Testing

@testable import Rules

@Suite("Secrets by name and value")
struct SecretGenericTests {
    private let scanner = SecretScanner.builtin
    private let random = SecretSample(rule: "", template: "{w32}").text(seed: 77)
    private let password = SecretSample(rule: "", template: "{w9}").text(seed: 3) + "7Kq!"

    @Test(
        "assignments of every language are read",
        arguments: [
            ("app/a.py", "api_secret = \"§\""), ("app/a.py", "config['api_secret'] = '§'"),
            ("app/a.py", "connect(auth_token=\"§\")"), ("app/a.ts", "const authToken: string = \"§\";"),
            ("app/a.ts", "  clientSecret: '§',"), ("app/a.js", "setApiKey('§')"),
            ("app/a.js", "put(\"apiKey\", \"§\")"),
            ("app/a.go", "authToken := \"§\""), ("app/a.go", "var authToken string = `§`"),
            ("app/A.java", "private static final String SECRET_KEY = \"§\";"), ("app/a.rb", "secret_key_base => '§'"),
            ("app/a.rs", "const API_KEY: &str = \"§\";"), ("app/a.cs", "string apiKey = @\"§\";"),
            ("app/a.php", "$secretKey = '§';"), ("app/a.php", "define('AUTH_KEY', '§');"),
            ("app/a.kt", "val apiKey = \"§\""), ("app/a.swift", "let clientSecret = \"§\""),
            ("app/a.c", "#define X\nstatic const char *api_key = \"§\";"), ("conf/a.yaml", "  client_secret: §"),
            ("conf/a.yaml", "  client_secret: \"§\" # prod"), ("conf/.env", "export SESSION_SECRET=§"),
            ("conf/a.properties", "app.security.secret=§"), ("conf/a.ini", "auth_token = §"),
            ("conf/a.toml", "access_token = \"§\""), ("conf/a.json", "\"accessToken\": \"§\","),
            ("conf/a.json", "{\\\"accessToken\\\": \\\"§\\\"}"), ("conf/a.xml", "<apiKey>§</apiKey>"),
            ("conf/a.xml", "<add key=\"ApiKey\" value=\"§\"/>"), ("run.sh", "deploy --auth-token § --verbose"),
            ("Dockerfile", "ENV API_TOKEN=§"), ("ci.yml", "        API_TOKEN: §"),
        ])
    func readsAssignments(path: String, template: String) {
        let parts = template.split(separator: "§", maxSplits: 1, omittingEmptySubsequences: false)
        let text = parts.joined(separator: random)
        let found = scanner.scan(Array(text.utf8), path: Path(path))
        #expect(found.count == 1, "\(text)")
        #expect(found.first.map { Array(Array(text.utf8)[$0.secretRange]) } == Array(random.utf8), "\(text)")
    }

    @Test(
        "passwords that people chose are found when they are no words",
        arguments: ["db_password = \"§\"", "PASSWORD: '§'", "  \"pwd\": \"§\"", "smtp_passwd=\"§\""])
    func readsPasswords(template: String) {
        let text = template.split(separator: "§", omittingEmptySubsequences: false).joined(separator: password)
        #expect(scanner.scan(Array(text.utf8), path: Path("app/settings.py")).count == 1, "\(text)")
    }

    @Test(
        "ordinary lines are passed",
        arguments: [
            "Password string `json:\"password\" validate:\"required,min=6,max=255\"`", "PASSWORD = p@ss#word!",
            "ADMIN_PASSWORD: ${ADMIN_PASSWORD:-Rk39fjsLq2}", "<column name=\"password\" type=\"varchar(128)\"/>",
            "DEFAULT_PASSWORD = \"Admin123\"", "tip.password=\\u4F60\\u7684\\u5BC6\\u7801\\u3002",
            "x(`${a.password || \"\"}:${b}`).toString(\"base64\")",
            "\"unique_key\": \"a6c7b0a8a66bed0df66abfdab3c77736861703ee\"",
            "password = os.environ['DB_PASSWORD']", "token = request.headers.get(\"X-Auth-Token\")",
            "password: ${DB_PASSWORD}", "secret: {{ .Values.secret }}", "api_key = \"YOUR_API_KEY_GOES_HERE_1\"",
            "api_key = \"<your api key 123>\"", "password = \"password123\"", "password = \"changeme1!\"",
            "token = \"xxxxxxxxxxxxxxxxxxxxxxxx1\"", "secret_name = \"prod/payments/stripe-1\"",
            "token_url = \"https://login.host.io/oauth2/v2.0/token\"", "const tokenType = \"Bearer-1234567890abcd\"",
            "cache_key = \"user:profile:8437:settings:v2\"", "primary_key = \"a7f3k9d2m5x8q1w4e6r0\"",
            "keyboard_layout = \"a7f3k9d2m5x8q1w4e6r0\"", "PASSWORD_FIELD_ID = \"input-password-field-2\"",
            "public_key = \"a7f3k9d2m5x8q1w4e6r0t8y2u4i6\"", "checksum: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "\"integrity\": \"sha512-a7f3k9d2m5x8q1w4e6r0t8y2u4i6o8p0\"",
            "password_hash = \"$2b$12$abcdefghijklmnopqrstuv\"",
            "commit_token_sha = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b\"", "token = generateToken(userId, 3600)",
            "uses: actions/checkout@9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "token: \"550e8400-e29b-41d4-a716-446655440000\"", "secretKeyRef: {name: db-credentials-1, key: password}",
            "apiKey: process.env.API_KEY_2", "static let tokenKey = \"com.acme.app.session.token2\"",
            "\"secret\": \"arn:aws:secretsmanager:us-east-1:prod-db-2\"", "password = getpass(\"Password 1: \")",
            "const secretName = \"projects/1/secrets/db-password\"", "csrf_token = \"a7f3k9d2m5x8q1w4e6r0t8y2\"",
            "tokenizer = \"cl100k-base-a7f3k9d2m5x8q1w4\"", "next_page_token = \"a7f3k9d2m5x8q1w4e6r0t8y2\"",
            "key = \"SELECT_ALL_FROM_TABLE_WHERE_ID_1\"", "authority = \"https://acme-1.host.io\"",
            "passwordPlaceholder = \"Enter 8 to 16 characters\"", "api_token_example = \"a7f3k9d2m5x8q1w4e6r0\"",
            "curl -u user:password https://host.io", "curl -H \"Authorization: Bearer $TOKEN\" https://host.io",
            "postgres://postgres:postgres@localhost:5432/test", "redis://:${REDIS_PASSWORD}@cache.host.io",
            "git clone https://x-access-token:${TOKEN}@host.io/a/b", "mailto:someone@host.io?subject=a:b",
            "https://host.io:8443/path?mail=someone@host.io", "Server=db;User ID=sa;Password=password;",
        ])
    func passesOrdinaryLines(text: String) {
        for path in ["app/settings.py", "conf/settings.yaml"] {
            let found = scanner.scan(Array(text.utf8), path: Path(path))
            #expect(found.isEmpty, "\(path): \(found.map(\.ruleID))")
        }
    }

    @Test("values in lock files, snapshots and minified text mean nothing")
    func passesMachineWrittenFiles() {
        let text = Array("auth_token = \"\(random)\"".utf8)
        for path in ["package-lock.json", "web/app.min.js", "a/__snapshots__/x.snap", "Cargo.lock", "icons/a.svg"] {
            #expect(scanner.scan(text, path: Path(path)).isEmpty, "\(path)")
        }
        #expect(scanner.scan(text, path: Path("web/app.js")).count == 1)
    }

    @Test("words are told from random text")
    func tellsWordsFromRandomText() {
        for words in [
            "authentication_provider_configuration", "MyApplicationSecretStoreName", "kubernetes-service-account",
        ] {
            #expect(RandomText.isWordy(Array(words.utf8)), "\(words)")
        }
        var wordy = 0
        for seed in 0..<500 as Range<UInt64> {
            let text = SecretSample(rule: "", template: "{w32}").text(seed: seed)
            if RandomText.isWordy(Array(text.utf8)) { wordy += 1 }
        }
        #expect(wordy <= 5)
    }

    @Test("entropy of known texts, in bits a byte")
    func measuresEntropy() {
        #expect(shannonEntropy([]) == 0)
        #expect(shannonEntropy(Array("aaaa".utf8)) == 0)
        #expect(shannonEntropy(Array("abab".utf8)) == 1)
        #expect(shannonEntropy(Array(0...255 as ClosedRange<UInt8>)) == 8)
    }
}

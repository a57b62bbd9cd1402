/// What a word in a line says about it. A word may belong to several classes.
///
/// Identifiers are cut at underscores and capitals before they are looked up, so `verifyCsrfToken` counts as
/// `verify`, `csrf` and `token`.
enum WordClass: Int, CaseIterable, Sendable {
    case branch, loop, exit, raise, handle, guarding, limit, null, lock, async, auth, secret, crypto, web, sql
    case execute, deserialize, file, pattern, parse, collection, order, numeric, time, log, error, test, declare
    case visibility, load, config, memory, speed, schema, wiring, view, deprecated, version, network, type, truth
    case repair, threat, restyle, growth

    /// The number of cases, as a constant of the compiler.
    static var count: Int { growth.rawValue &+ 1 }

    /// Lower-case words of the class.
    var words: String {
        switch self {
        case .branch: "if elif elsif elseif unless else switch case match when default cond"
        case .loop: "for while until loop foreach each do times repeat iterate"
        case .exit: "return break continue yield next goto redo"
        case .raise: "raise throw throws panic abort bail fatal halt"
        case .handle: "try catch except rescue finally ensure recover defer begin rethrow unwrap"
        case .guarding:
            """
            guard assert require ensure precondition validate validates valid invalid verify check checks checked sanitize \
            sanitized escape escaped allow allowed deny denied forbid forbidden permit permitted reject must whitelist \
            blacklist allowlist denylist safe unsafe trusted untrusted restrict
            """
        case .limit:
            "min max limit limits length len size count bound bounds overflow capacity truncate clamp depth range offset"
        case .null: "null nil none undefined optional empty blank presence present some nullable isset"
        case .lock:
            "lock locked unlock mutex synchronized atomic semaphore rwlock acquire release barrier volatile rlock runlock race deadlock"
        case .async:
            """
            async await promise future task spawn thread threads goroutine go chan channel channels select dispatch executor \
            concurrent parallel worker workers scheduler eventloop fiber coroutine suspend cancel cancelled pending
            """
        case .auth:
            """
            auth authorize authorized authorization authenticate authenticated authentication login logout permission \
            permissions role roles admin owner credential credentials account oauth oidc saml sso user users acl policy \
            principal grant privilege
            """
        case .secret:
            "password passwd passphrase secret secrets credential credentials apikey token tokens cookie cookies csrf xsrf nonce session sessions private bearer jwt authorization"
        case .crypto:
            """
            crypto cryptographic hash hmac digest md5 sha sha1 sha256 sha512 encrypt decrypt encrypted cipher ssl tls x509 \
            cert certs certificate certificates aes rsa ecdsa signature sign signed random rand secure entropy salt
            """
        case .web:
            """
            header headers redirect redirects origin host hostname cors url urls uri referer referrer forwarded proxy xss html \
            request requests response responses http https query params content body status
            """
        case .sql:
            "sql select insert update delete where join execute cursor transaction commit rollback postgres mysql sqlite orm"
        case .execute: "exec eval system shell popen subprocess command cmd sh bash spawn fork execve compile"
        case .deserialize:
            "pickle unmarshal deserialize marshal unserialize unpickle fromjson yaml xml decode decoded decoder decoding"
        case .file:
            "file files filename path paths open read write dir directory symlink chmod chown upload download tempfile tmp mkdir unlink basename dirname static root"
        case .pattern: "regex regexp regexes pattern patterns gsub sub scan match matches matcher replace replaceall"
        case .parse:
            "parse parser parsed parsing lexer lex token tokens tokenize tokenizer scan scanner state states node nodes tree trie ast grammar syntax"
        case .collection:
            """
            array arrays list lists map dict dictionary set sets queue stack heap hash indices push pop append shift \
            unshift splice slice concat merge insert children child key keys entries bucket entry segment
            """
        case .order:
            "sort sorted sorting search order compare comparator priority rank reverse binary merge traverse visit recursive recursion graph edge route router routes routing precedence"
        case .numeric:
            "int integer float double decimal round floor ceil sum total amount price money percent bits bit mod div abs number signed unsigned int32 int64 uint uint32 uint64 u8 u16 u32 u64 usize i32 i64"
        case .time:
            "time times date datetime timestamp timeout timeouts delay duration timezone utc deadline retry retries interval clock now expire expires expired expiry sleep"
        case .log:
            "log logs logger logging warn warning warnings info debug print println printf console trace puts stderr"
        case .error: "err error errors exception exceptions failure fail failed fails reason cause invalid illegal"
        case .test:
            "test tests testing spec assert asserts expect describe it should mock mocks stub fixture assertequal xctassert assertthat xctassertequal refute"
        case .declare:
            "def func function fn fun class struct interface protocol trait enum type typedef module namespace impl extension record sub subroutine let const var val"
        case .visibility:
            "public private protected internal export exported open abstract virtual override final sealed pub extern static"
        case .load: "import imports require include includes use using from package"
        case .config:
            "config configuration configure option options opts setting settings env environment default defaults flag flags property properties"
        case .memory:
            "malloc free calloc realloc memcpy memmove memset alloc allocate allocator dealloc unsafe pointer ptr sizeof strcpy strncpy sprintf snprintf strlen ref refs refcount retain buffer buffers buf"
        case .speed:
            "cache cached caching memo memoize pool pooled lazy reuse preallocate fast faster slow batch optimize optimized inline perf performance benchmark zerocopy"
        case .schema:
            "schema schemas migration migrations table tables column columns field fields model models proto foreign primary"
        case .wiring:
            "provider providers factory builder context service services manager handler handlers middleware plugin plugins hook hooks register inject adapter driver backend delegate listener subscribe client server"
        case .view:
            "render view views component components style styles css div span props template templates button widget layout label placeholder"
        case .deprecated:
            "deprecated deprecate deprecation todo fixme hack xxx legacy obsolete workaround compat compatibility"
        case .version: "version versions release bump changelog"
        case .network:
            "socket sockets connect connection connections connected listen accept bind send recv receive close closed stream streams packet frame frames peer address port tcp udp"
        case .type:
            "type types typename generic generics extends implements infer keyof typeof instanceof any unknown never object string boolean bool void where"
        case .repair:
            "fix fixes fixed fixing bug bugs regression regressions crash crashes broken wrong correct correctly"
        case .threat:
            "security vulnerability vulnerabilities cve ghsa dos redos attack attacker exploit malicious injection smuggling traversal"
        case .restyle:
            """
            typo typos rename renamed renames cleanup format formatting lint style docs doc documentation readme comment \
            comments chore ci spelling whitespace unused copyright license
            """
        case .growth: "feat feature support supports introduce extract expose implement implements split"
        case .truth: "true false yes no on off enabled disabled enable disable"
        }
    }
}

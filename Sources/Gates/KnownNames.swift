/// Names a suggestion may bring in although the change does not have them: the words of the languages and what their
/// standard libraries offer in the place of something dangerous.
enum KnownNames {
    static let all: Set<String> = Set(
        [keywords, python, javascript, goAndRust, javaAndCSharp, rubyAndPHP, cAndShell, safer]
            .flatMap { $0.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init) })

    private static let keywords = """
        abstract and any as assert async await auto base begin bool boolean break by byte case catch chan char check class
        companion const constexpr continue crate data decimal declare def default defer defined del delegate delete do
        double dyn each echo elif else elseif elsif end ensure enum event except exec explicit export extends extern
        fallthrough false False finally fixed float fn for foreach friend from fun func function get global go goto guard
        if impl implements implicit import in include infer init inline inout insteadof int interface internal is it
        keyof lambda let lock long loop map match mod module move mut mutable namespace native new next nil None nonlocal
        not null nullptr object of open operator or out override package params pass private print protected protocol pub
        public raise range readonly record redo ref register rescue restrict retry return sealed select self Self set
        short signed sizeof static str string String strictfp struct super suspend switch synchronized template then this
        This throw throws trait transient true True try type typedef typename typeof uint undef undefined union unless
        unsafe unsigned until use using val var vararg virtual void volatile when where while with yield then fi done esac
        """

    private static let python = """
        ArithmeticError AttributeError BaseException ConnectionError EOFError Exception FileExistsError FileNotFoundError
        IndexError IOError KeyError KeyboardInterrupt LookupError MemoryError NotImplementedError OSError OverflowError
        PermissionError RuntimeError StopIteration SyntaxError TimeoutError TypeError UnicodeDecodeError ValueError
        ZeroDivisionError abs all any append ascii bin bytearray bytes callable chr classmethod cls complex dict dir
        divmod endswith enumerate extend filter format frozenset getattr hasattr hash hex id input insert int isinstance
        issubclass items iter join keys len list lower max memoryview min next object oct open ord pop pow property range
        repr replace reversed round rstrip setattr setdefault slice sorted split startswith staticmethod strip sum tuple
        type update upper values vars zip os sys re json logging logger datetime timezone time math functools itertools
        collections pathlib Path typing Optional tempfile subprocess hashlib secrets hmac shlex ast html contextlib
        __init__ __name__ __main__ __file__ __enter__ __exit__ exc e err error
        """

    private static let javascript = """
        Array Boolean Buffer Date Error JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp
        Set Symbol TypeError URL URLSearchParams WeakMap console clearTimeout crypto decodeURIComponent document
        encodeURIComponent entries every exports fetch find findIndex finally forEach fromEntries hasOwn includes indexOf
        isArray isFinite isInteger isNaN join keys length log parse parseFloat parseInt process prototype push reduce
        reject require resolve setTimeout slice some sort splice stringify then toString trim values warn window
        """

    private static let goAndRust = """
        append bytes cap close context copy errors Errorf fmt make New nil panic Println Printf recover Sprintf strings
        Background Done Err Unlock RLock RUnlock Lock Wait Add WaitGroup Mutex RWMutex Join Is Unwrap filepath Clean
        Arc Box Err None Ok Option Rc Result Some String Vec bail clone collect expect format into iter len map_err ok
        ok_or ok_or_else println push unwrap unwrap_or unwrap_or_default unwrap_or_else usize u8 u16 u32 u64 i8 i16 i32
        i64 f32 f64 isize checked_add checked_sub checked_mul checked_div saturating_add saturating_sub saturating_mul
        wrapping_add try_from try_into TryFrom get get_mut rune error string uint8 uint16 uint32 uint64 int8 int16 int32
        int64 byte float32 float64
        """

    private static let javaAndCSharp = """
        ArrayList Arrays Boolean Collections Exception HashMap HashSet IllegalArgumentException IllegalStateException
        Integer List Long Map Objects Optional Override RuntimeException Set String StringBuilder System Thread add
        addAll asList compareTo contains containsKey equals getMessage getOrDefault hashCode isEmpty isPresent listOf of
        orElse orElseThrow println put putIfAbsent remove requireNonNull requireNotNull size stream toList trim valueOf
        ArgumentException ArgumentNullException Console Dispose IDisposable InvalidOperationException Task Count Add
        TryParse TryGetValue ConfigureAwait nameof
        """

    private static let rubyAndPHP = """
        ArgumentError Hash Integer StandardError attr_accessor attr_reader collect compact dup empty first fetch freeze
        gsub include key last merge nil present puts raise reject respond_to to_a to_h to_i to_s to_sym array
        array_filter array_key_exists array_map count empty explode htmlspecialchars implode in_array is_array is_null
        is_numeric is_string isset preg_match sprintf strlen strpos substr trim unset ENT_QUOTES
        """

    private static let cAndShell = """
        NULL EOF FILE calloc exit fclose fgets fopen fprintf free malloc memcpy memset nullptr printf realloc size_t
        sizeof snprintf std stderr stdin stdout strcmp strdup strlcat strlcpy strlen strncmp strncpy strtol uint8_t
        uint16_t uint32_t uint64_t int32_t int64_t make_unique make_shared unique_ptr shared_ptr lock_guard optional
        local shift echo printf set trap cd mkdir rm mktemp exit return test true false
        """

    private static let safer = """
        AES GCM NamedTemporaryFile PBKDF2 SHA256 SHA384 SHA512 SafeLoader SecureRandom SystemRandom TemporaryDirectory
        argon2 bcrypt BLAKE2b blake2b choice compare_digest constant_time_compare createHash csc escape escape_html
        execFile execFileSync gethostbyname getRandomValues literal_eval mkdtemp mkstemp nosniff pbkdf2_hmac quote
        randbelow randomBytes randomInt randomUUID safe_load safe_load_all scrypt secure_compare sha256 sha384 sha512
        sha3_256 spawn spawnSync textContent timingSafeEqual timing_safe_eql token_bytes token_hex token_urlsafe yaml
        defusedxml random_bytes random_int password_hash password_verify hash_equals escapeshellarg MinVersion
        VersionTLS12 VersionTLS13 tls TLSv1_2 TLSv1_3 PROTOCOL_TLS_CLIENT create_default_context loads load dumps
        ConstantTimeCompare subtle rand MessageDigest getInstance SafeConstructor fs_promises innerText
        """
}

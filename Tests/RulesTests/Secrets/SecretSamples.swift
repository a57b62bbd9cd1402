/// Made-up credentials in the form each rule is about, drawn anew for every seed, so that this file holds none.
///
/// In a template `{w36}` stands for 36 letters and digits; the classes are d digits, h and H hex digits, a lowercase letters
/// and digits, U uppercase letters and digits, B base32, Q the alphabet of bech32, l and L letters, w all of them.
struct SecretSample: Sendable, CustomStringConvertible {
    let rule: String
    let template: String

    var description: String { rule }

    static let all: [SecretSample] = table.split(separator: "\n").compactMap { line in
        guard let bar = line.firstIndex(of: "|") else { return nil }
        return SecretSample(
            rule: String(line[..<bar].filter { $0 != " " }), template: String(line[bar...].dropFirst(2)))
    }

    func text(seed: UInt64) -> String {
        var random = SecretRandom(seed: seed)
        return filled { characters, count in
            String((0..<count).map { _ in characters.randomElement(using: &random) ?? "0" })
        }
    }

    /// The template filled as documentation does it.
    var placeholder: String {
        filled { characters, count in String(repeating: characters.contains("x") ? "x" : "0", count: count) }
    }

    private func filled(_ fill: ([Character], Int) -> String) -> String {
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let kind = rest[rest.index(after: open)]
            let count = Int(rest[open..<close].dropFirst(2)) ?? 0
            text += fill(Array(Self.classes[kind] ?? ""), count)
            rest = rest[close...].dropFirst()
        }
        return text + rest
    }

    private static let lower = "abcdefghijklmnopqrstuvwxyz"
    private static let classes: [Character: String] = [
        "d": "0123456789", "h": "0123456789abcdef", "H": "0123456789ABCDEF", "a": lower + "0123456789",
        "U": lower.uppercased() + "0123456789", "B": lower.uppercased() + "234567",
        "Q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", "l": lower, "L": lower + lower.uppercased(),
        "w": lower + lower.uppercased() + "0123456789",
    ]

    private static let table = #"""
        secret-aws-access-key | AKIA{B16}
        secret-aws-bedrock-key | ABSK{w109}
        secret-aws-bedrock-session | bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t
        secret-aws-mws | amzn.mws.{h8}-{h4}-{h4}-{h4}-{h12}
        secret-gcp-api-key | AIza{w35}
        secret-google-oauth-client | GOCSPX-{w28}
        secret-google-oauth-token | ya29.{w30}
        secret-google-refresh-token | 1//0{w40}
        secret-azure-client | {w3}{d1}Q~{w31}
        secret-azure-storage-key | AccountKey={a86}==
        secret-azure-shared-access-key | SharedAccessKey={a43}=
        secret-azure-sas | ?sig={w40}%3d
        secret-azure-devops-token | {w76}AZDO{w4}
        secret-azure-container-registry | {w42}+ACR{w6}
        secret-alibaba-access-key | LTAI{w20}
        secret-tencent-secret-id | AKID{w32}
        secret-digitalocean-token | dor_v1_{h64}
        secret-heroku-token | HRKU-AA{w58}
        secret-flyio-token | fo1_{w43}
        secret-scalingo-token | tk-us-{w48}
        secret-cloudflare-origin-ca | v1.0-{h24}-{h146}
        secret-yandex-api-key | AQVN{w35}
        secret-yandex-token | t1.{w10}.{w86}
        secret-yandex-aws-token | YC{w38}
        secret-supabase-token | sbp_{h40}
        secret-neon-key | napi_{a60}
        secret-vercel-blob | vercel_blob_rw_{w16}_{w30}
        secret-aiven-token | AVNS_{w19}
        secret-github-pat | ghp_{w36}
        secret-github-fine-grained-pat | github_pat_{w82}
        secret-github-oauth | gho_{w36}
        secret-github-app-token | ghu_{w36}
        secret-github-refresh-token | ghr_{w36}
        secret-gitlab-token | glpat-{w20}
        secret-gitlab-feature-flag-token | glffct-{w20}
        secret-gitlab-agent-token | glagent-{w50}
        secret-gitlab-oauth-app | gloas-{w64}
        secret-gitlab-job-token | glcbt-{w4}_{w20}
        secret-gitlab-runner-registration | GR1348941{w20}
        secret-gitlab-session | _gitlab_session={a32}
        secret-bitbucket-token | ATCTT3xFf{w100}
        secret-npm-token | npm_{w36}
        secret-npm-auth | //registry.internal/:_authToken={a36}
        secret-pypi-token | pypi-AgEIcHlwaS5vcmc{w50}
        secret-rubygems-token | rubygems_{h48}
        secret-crates-token | cio{w32}
        secret-nuget-key | oy2{a43}
        secret-nuget-config-password | <add key="ClearTextPassword" value="{w14}" />
        secret-clojars-token | CLOJARS_{a60}
        secret-docker-token | dckr_pat_{w27}
        secret-artifactory-key | AKCp{w69}
        secret-artifactory-reference | cmVmd{w59}
        secret-octopus-key | API-{U26}
        secret-harness-key | sat.{w22}.{h24}.{w20}
        secret-buildkite-token | bkua_{h40}
        secret-circleci-token | CCIPAT_{w20}_{h40}
        secret-pulumi-token | pul-{h40}
        secret-terraform-token | {a14}.atlasv1.{a60}
        secret-vault-service-token | hvs.{w90}
        secret-vault-batch-token | hvb.{w138}
        secret-doppler-token | dp.pt.{w40}
        secret-infracost-key | ico-{w32}
        secret-1password-key | A3-{U6}-{U11}-{U5}-{U5}-{U5}
        secret-1password-service-token | ops_eyJ{w250}
        secret-age-key | AGE-SECRET-KEY-1{Q58}
        secret-sonarqube-token | squ_{a40}
        secret-sourcegraph-token | sgp_{h40}
        secret-prefect-token | pnu_{w36}
        secret-openshift-token | sha256~{w43}
        secret-authress-key | sc_{a10}.{a4}.acc-{a10}.{w40}
        secret-defined-networking | dnkey-{w26}-{w52}
        secret-kubeconfig-key | client-key-data:{w100}
        secret-slack-token | xoxb-{d12}-{d12}-{w24}
        secret-slack-workspace-token | xoxr-2-{w30}
        secret-slack-app-token | xapp-1-{U11}-{d13}-{a64}
        secret-slack-config-token | xoxe-{d1}-{U140}
        secret-slack-webhook | hooks.slack.com/services/{w43}
        secret-teams-webhook | https://acme.webhook.office.com/webhookb2/{h8}-{h4}-{h4}-{h4}-{h12}@{h8}-{h4}-{h4}-{h4}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-{h4}-{h4}-{h12}
        secret-discord-webhook | discord.com/api/webhooks/{d17}/{w60}
        secret-discord-bot-token | token MTk{w21}.{w6}.{w27}
        secret-telegram-bot-token | {d9}:AA{w33}
        secret-twilio-key | SK{h32}
        secret-twilio-account | AC{a32}
        secret-sendgrid-key | SG.{w22}.{w43}
        secret-sendgrid-token | SG.{a66}
        secret-mailgun-key | key-{h32}
        secret-mailgun-public-key | pubkey-{h32}
        secret-mailgun-signing-key | mailgun: {h32}-{h8}-{h8}
        secret-mailchimp-key | {h32}-us12
        secret-brevo-key | xkeysib-{h64}-{w16}
        secret-resend-key | re_{w8}_{w24}
        secret-firebase-server-key | AAAA{w7}:APA91{w120}
        secret-stripe-key | sk_live_{w24}
        secret-stripe-test-key | sk_test_{w24}
        secret-stripe-webhook | whsec_{w24}
        secret-square-token | EAAA{w60}
        secret-square-oauth | sq0csp-{w43}
        secret-shopify-token | shpat_{h32}
        secret-braintree-token | access_token$production${a16}${h32}
        secret-duffel-token | duffel_test_{a43}
        secret-easypost-key | EZTK{w54}
        secret-shippo-token | shippo_live_{h40}
        secret-flutterwave-key | FLWPUBK_TEST-{h32}-X
        secret-plaid-token | access-sandbox-{h8}-{h4}-{h4}-{h4}-{h12}
        secret-lob-key | live_{h31}
        secret-gocardless-token | live_{a40}
        secret-freemius-key | 'secret_key' => 'sk_{w29}'
        secret-razorpay-key | rzp_live_{w14}
        secret-openai-key | sk-{w20}T3BlbkFJ{w20}
        secret-anthropic-key | sk-ant-api03-{w93}AA
        secret-openrouter-key | sk-or-v1-{h64}
        secret-huggingface-token | hf_{L34}
        secret-huggingface-org-token | api_org_{L34}
        secret-perplexity-key | pplx-{w48}
        secret-groq-key | gsk_{w52}
        secret-xai-key | xai-{w70}
        secret-replicate-token | r8_{w37}
        secret-langchain-key | lsv2_pt_{h32}_{h10}
        secret-databricks-token | dapi{h32}
        secret-clickhouse-key | 4b1d{w38}
        secret-planetscale-token | pscale_tkn_{w32}
        secret-wandb-key | wandb_v1_{w70}
        secret-grafana-key | eyJrIjoi{a70}
        secret-grafana-cloud-token | glc_{w32}
        secret-grafana-service-token | glsa_{w32}_{h8}
        secret-sentry-org-token | sntrys_eyJpYXQiO{w60}_{w40}
        secret-sentry-user-token | sntryu_{h64}
        secret-newrelic-key | NRAK-{a27}
        secret-newrelic-insert-key | NRIQ-{a32}
        secret-newrelic-browser-key | NRJS-{h19}
        secret-newrelic-license-key | {h36}NRAL
        secret-dynatrace-token | dt0c01.{w24}.{w64}
        secret-honeycomb-key | hcxik_{a58}
        secret-posthog-key | phx_{w43}
        secret-launchdarkly-key | sdk-{h8}-{h4}-4{h3}-b{h3}-{h12}
        secret-logfire-token | pylf_v1_us_{w43}
        secret-linear-key | lin_api_{a40}
        secret-notion-token | ntn_{d11}{w35}
        secret-notion-secret | secret_{w43}
        secret-figma-token | figu_{w36}
        secret-airtable-token | pat{w14}.{h64}
        secret-atlassian-token | ATATT3{w100}
        secret-postman-key | PMAK-{h24}-{h34}
        secret-readme-key | rdme_{a70}
        secret-typeform-token | tfp_{a59}
        secret-frameio-token | fio-u-{a64}
        secret-contentful-token | CFPAT-{w43}
        secret-mapbox-token | sk.{a60}.{a22}
        secret-mapbox-secret-token | sk.eyJ{w50}.{w20}
        secret-maxmind-key | {w6}_{w29}_mmk
        secret-adobe-client | p8e-{w32}
        secret-dropbox-token | sl.{w130}
        secret-endorlabs-key | endr+{w16}
        secret-okta-ssws | Authorization: SSWS 00{w40}
        secret-facebook-token | {d16}|{w27}
        secret-facebook-page-token | EAAM{w100}
        secret-instagram-token | IGQ{w100}
        secret-twitter-bearer | AAAAAAAAAAAAAAAAAAAAAA{w80}
        secret-settlemint-token | sm_aat_{w16}
        secret-intra42-client | s-s4t2ud-{h64}
        secret-sidekiq-url | http://{h8}:{h8}@gems.contribsys.com
        secret-paddle-key | pdl_live_apikey_{a26}_{w22}_{w3}
        secret-softlayer-url | api.softlayer.com/soap/v3/{a64}
        secret-url-password | amqps://svc:{w12}@mq.host.io:5671/app
        secret-connection-string | Server=db1;User ID=svc;Password={w12}
        secret-curl-header | curl -H "X-Api-Key: {w24}" https://host.io
        secret-curl-user | curl --user 'svc:{w12}7!' https://host.io
        secret-authorization-header | "authorization": "Bearer {w40}"
        secret-api-key-header | "X-Api-Key": "{w40}"
        secret-netrc-password | machine host.io login bot password {w12}
        secret-generic | session_secret = "{w40}"
        secret-adafruit | adafruit_token = "{a32}"
        secret-adobe | adobe_token = "{h32}"
        secret-airtable | airtable_token = "{w17}"
        secret-algolia | algolia_token = "{a32}"
        secret-alibaba | alibaba_token = "{w30}"
        secret-artifactory | artifactory_token = "{w64}"
        secret-asana | asana_token = "{d16}"
        secret-atlassian | atlassian_token = "{w24}"
        secret-aws-secret-key | aws_token = "{w40}"
        secret-azure | azure_token = "{w86}=="
        secret-beamer | beamer_token = "b_{w44}"
        secret-bitbucket | bitbucket_token = "{w32}"
        secret-bittrex | bittrex_token = "{w32}"
        secret-cisco-meraki | meraki_token = "{h40}"
        secret-cloudant | cloudant_token = "{h64}"
        secret-cloudflare | cloudflare_token = "{w40}"
        secret-codecov | codecov_token = "{w32}"
        secret-cohere | cohere_token = "{w40}"
        secret-coinbase | coinbase_token = "{w64}"
        secret-confluent | confluent_token = "{w16}"
        secret-contentful | contentful_token = "{w43}"
        secret-datadog | datadog_token = "{w40}"
        secret-model-provider | deepseek_token = "sk-{w32}"
        secret-discord | discord_token = "{h64}"
        secret-drone | drone_token = "{w32}"
        secret-dropbox | dropbox_token = "{a15}"
        secret-etsy | etsy_token = "{w24}"
        secret-facebook | facebook_token = "{h32}"
        secret-fastly | fastly_token = "{w32}"
        secret-finicity | finicity_token = "{h32}"
        secret-finnhub | finnhub_token = "{w20}"
        secret-flickr | flickr_token = "{w32}"
        secret-freshbooks | freshbooks_token = "{w64}"
        secret-gitter | gitter_token = "{w40}"
        secret-heroku | heroku_token = "{h8}-{h4}-{h4}-{h4}-{h12}"
        secret-hubspot | hubspot_token = "{h8}-{h4}-{h4}-{h4}-{h12}"
        secret-ibm-cloud | ibm_token = "{w44}"
        secret-intercom | intercom_token = "{w60}"
        secret-kraken | kraken_token = "{w80}"
        secret-kucoin | kucoin_token = "{h24}"
        secret-launchdarkly | launchdarkly_token = "{w40}"
        secret-linear | linear_token = "{h32}"
        secret-linkedin | linkedin_token = "{w7}{d2}{w7}"
        secret-lob | lob_token = "live_{h31}"
        secret-looker | looker_token = "{w20}"
        secret-mailchimp | mailchimp_key = "{h32}-us12"
        secret-mattermost | mattermost_token = "{w26}"
        secret-messagebird | messagebird_token = "{w25}"
        secret-netlify | netlify_token = "{w40}"
        secret-newrelic | new-relic_token = "{w64}"
        secret-nytimes | nytimes_token = "{w32}"
        secret-okta | okta_token = "00{w40}"
        secret-openweather | openweather_token = "{h32}"
        secret-pagerduty | pagerduty_token = "{w20}"
        secret-analytics | segment_token = "{w32}"
        secret-plaid | plaid_token = "{a24}"
        secret-privateai | privateai_token = "{a32}"
        secret-pusher | pusher_token = "{h20}"
        secret-rapidapi | rapidapi_token = "{w50}"
        secret-rollbar | rollbar_token = "{h32}"
        secret-sendbird | sendbird_token = "{h40}"
        secret-sentry | sentry_token = "{h64}"
        secret-sidekiq | BUNDLE_ENTERPRISE__CONTRIBSYS__COM={h8}:{h8}
        secret-snyk | snyk_token = "{h8}-{h4}-{h4}-{h4}-{h12}"
        secret-softlayer | softlayer_token = "{w64}"
        secret-sonar | sonar_token = "{a40}"
        secret-sourcegraph | sourcegraph_token = "{h40}"
        secret-square | square_token = "{w60}"
        secret-squarespace | squarespace_token = "{h8}-{h4}-{h4}-{h4}-{h12}"
        secret-sumologic | sumo_token = "su{w5}{d2}{w5}"
        secret-telegram | telegram_token = "{d6}:{w35}"
        secret-travis | travis_token = "{w22}"
        secret-trello | trello_token = "{w32}"
        secret-twilio | twilio_token = "{h32}"
        secret-twitch | twitch_token = "{a30}"
        secret-twitter | twitter_token = "{w25}"
        secret-vault | vault_token = "s.{w24}"
        secret-vercel | vercel_token = "{w24}"
        secret-yandex | yandex_key = "{h32}"
        secret-zendesk | zendesk_token = "{w40}"
        """#
}

/// SplitMix64: the same numbers from the same seed, on every machine.
struct SecretRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

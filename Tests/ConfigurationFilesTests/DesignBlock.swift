/// The router block that teams already have, as it stands.
let routerBlock = """
    routing:                            # teams already have files of this form: same keys, same meaning
      default_budget_limit: 5.00        # USD per request
      max_output_tokens: {boilerplate: 500, debugging: 800, algorithm: 1500, review: 1200, architecture: 2000}   # visible answer per unit
      policy: balanced                  # economy | balanced | thorough
      value_of_finding_usd: 1.00
      quality_floor: {review: 0.8}
      fallback: {algorithm: [deepseek-r1, ga-standard]}      # fixes the order; never overrides budget or policy
      providers:
        - name: deepseek-v4-flash
          cost_per_output_token: 0.00000025
          supported_tasks: [boilerplate, debugging, review]  # hard filter
          latency_target_ms: 400                             # median time to first token, soft
        - name: ga-standard
          cost_per_output_token: 0.00000020
          supported_tasks: [boilerplate, debugging]
          routing_mode: dynamic                              # the endpoint picks the model: report what it returned
        - {name: qwen-local, kind: openai, base_url: "http://127.0.0.1:8080/v1", model: qwen3-coder-30b, residency: local, cost_per_input_token: 0, cost_per_output_token: 0, hardware_usd_per_hour: 1.10}
      validation: {enabled: true, gates: [syntax_check, security_scan, complexity_annotation], fallback_on_failure: true}

    """

/// The blocks beside it.
let otherBlocks = """
    mode: review                        # off | observe (full run, nothing written to the forge) | summary | review; per forge and per repositories entry
    forges:
      - kind: github                    # or gitlab
        url: https://github.example.com
        app_id: 123
        private_key_file: /run/secrets/app.pem        # or token_env: GITHUB_TOKEN
        webhook_secrets_env: [HUNKWISE_WEBHOOK_SECRET]
        repositories:                   # nothing else is served; most specific glob wins; found by wildcard = observe until set
          - {match: "acme/*", budget: {month_usd: 20, change_usd: 0.50}, mode: review}
    budgets: {global: {day_usd: 10, month_usd: 200}, organisations: {acme: {month_usd: 100}}, providers: {deepseek-v4-flash: {month_usd: 50}}, pace: smooth}
    data_policy: [{match: "acme/payments*", paths: ["**"], allow: local}]
    storage: {url: "sqlite:///var/lib/hunkwise/hunkwise.db"}
    server: {listen: "0.0.0.0:8080", admin_listen: "127.0.0.1:8081", admin_token_env: HUNKWISE_ADMIN_TOKEN}
    marker_key_env: HUNKWISE_MARKER_KEY

    """

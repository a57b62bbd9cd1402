"""The providers' own packages against the test model server. Each check prints a line; the exit code counts failures."""
import json
import subprocess
import sys
import urllib.request
from importlib.metadata import version

import anthropic
import ollama
import openai
from pydantic import BaseModel

PRICES = ["gpt-test:1000000:4000000", "think-test:1000000:4000000:128000:40", "small-test:1000000:4000000:32"]
PROMPT = "=== tool.py (lines 1-3)\n1+import os\n2+os.system(name)  # BUG: name is not quoted\n"


class Finding(BaseModel):
    path: str
    line: int
    title: str


class Review(BaseModel):
    findings: list[Finding]


failures = 0


def check(name, wanted, got):
    global failures
    if wanted == got:
        print(f"ok    {name}")
    else:
        failures += 1
        print(f"FAIL  {name}: wanted {wanted!r}, got {got!r}")


def raises(name, kind, work, **expected):
    global failures
    try:
        work()
    except kind as error:
        seen = {key: getattr(error, key, None) for key in expected}
        exact = type(error) is kind
        if exact and seen == expected:
            print(f"ok    {name}: {kind.__module__}.{kind.__name__}")
            return
        print(f"FAIL  {name}: {type(error).__name__} {seen} {error}")
    except Exception as error:
        print(f"FAIL  {name}: {type(error).__name__} {error}")
    else:
        print(f"FAIL  {name}: nothing raised")
    failures += 1


class Server:
    def __init__(self, binary):
        arguments = [binary] + [word for price in PRICES for word in ("--price", price)]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{json.loads(self.process.stdout.readline())['port']}"

    def behave(self, words):
        request = urllib.request.Request(self.url + "/_behaviour", data=words.encode(), method="PUT")
        urllib.request.urlopen(request).read()

    def ledger(self):
        return json.load(urllib.request.urlopen(self.url + "/_ledger"))


def try_openai(server):
    client = openai.OpenAI(base_url=server.url + "/v1", api_key="test-key", max_retries=0)
    messages = [{"role": "system", "content": "Review."}, {"role": "user", "content": PROMPT}]
    check("openai models.list", [p.split(":")[0] for p in PRICES], [m.id for m in client.models.list()])
    answer = client.chat.completions.create(model="gpt-test", messages=messages, max_tokens=300)
    check("openai answer", 2, json.loads(answer.choices[0].message.content)["findings"][0]["line"])
    check("openai finish", "stop", answer.choices[0].finish_reason)
    entry = server.ledger()[-1]
    check("openai usage is the ledger's", (entry["input"], entry["output"]),
          (answer.usage.prompt_tokens, answer.usage.completion_tokens))
    check("openai request id is the ledger's", entry["request_id"], answer._request_id)

    chunks = list(client.chat.completions.create(
        model="gpt-test", messages=messages, max_tokens=300, stream=True, stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    check("openai stream is the answer", answer.choices[0].message.content, text)
    check("openai stream usage", answer.usage.total_tokens, chunks[-1].usage.total_tokens)
    chunks = list(client.chat.completions.create(model="gpt-test", messages=messages, stream=True))
    check("openai stream without the option tells no usage", True, all(c.usage is None for c in chunks))

    parsed = client.chat.completions.parse(model="gpt-test", messages=messages, response_format=Review)
    check("openai structured", [("tool.py", 2)], [(f.path, f.line) for f in parsed.choices[0].message.parsed.findings])
    thought = client.chat.completions.create(model="think-test", messages=messages, max_completion_tokens=300)
    check("openai reasoning tokens", 40, thought.usage.completion_tokens_details.reasoning_tokens)
    server.behave("starved")
    starved = client.chat.completions.create(model="think-test", messages=messages, max_completion_tokens=64)
    check("openai starved", ("length", "", 64), (starved.choices[0].finish_reason, starved.choices[0].message.content,
          starved.usage.completion_tokens_details.reasoning_tokens))
    server.behave("refusal")
    refusal = client.chat.completions.create(model="gpt-test", messages=messages)
    check("openai refusal", True, bool(refusal.choices[0].message.refusal))
    server.behave("tells-cost")
    cost = client.chat.completions.create(model="gpt-test", messages=messages).usage.model_extra["cost"]
    check("openai returned cost", server.ledger()[-1]["cost"], round(cost * 10**12))
    server.behave("prompt")

    def ask(**changes):
        return client.chat.completions.create(**({"model": "gpt-test", "messages": messages} | changes))

    bad = openai.OpenAI(base_url=server.url + "/v1", api_key="wrong", max_retries=0)
    raises("openai wrong key", openai.AuthenticationError,
           lambda: bad.chat.completions.create(model="gpt-test", messages=messages), code="invalid_api_key")
    raises("openai unknown model", openai.NotFoundError, lambda: ask(model="nope"), code="model_not_found")
    raises("openai unknown field", openai.BadRequestError, lambda: ask(extra_body={"top_k": 3}),
           code="unknown_parameter", param="top_k")
    raises("openai both limits", openai.BadRequestError, lambda: ask(max_tokens=5, max_completion_tokens=5))
    raises("openai prompt too long", openai.BadRequestError, lambda: ask(model="small-test"),
           code="context_length_exceeded", param="messages")
    raises("openai json_object without the word", openai.BadRequestError,
           lambda: ask(messages=[{"role": "user", "content": "hello"}], response_format={"type": "json_object"}))
    raises("openai temperature out of range", openai.BadRequestError, lambda: ask(temperature=3))
    for words, kind, expected in [
        ("unauthorised", openai.AuthenticationError, {"status_code": 401}),
        ("insufficient-quota", openai.RateLimitError, {"status_code": 429, "code": "insufficient_quota"}),
        ("rate-limited+retry-after=7", openai.RateLimitError, {"code": "rate_limit_exceeded"}),
        ("payment-required", openai.APIStatusError, {"status_code": 402}),
        ("internal-error", openai.InternalServerError, {"status_code": 500}),
        ("unavailable", openai.InternalServerError, {"status_code": 503}),
        ("close", openai.APIConnectionError, {}),
        ("latency=3000", openai.APITimeoutError, {}),
    ]:
        server.behave(words)
        limit = 0.3 if words.startswith("latency") else 20
        raises(f"openai {words}", kind, lambda: ask(timeout=limit), **expected)
    server.behave("failed=2")
    raises("openai error within a stream", openai.APIError, lambda: list(ask(stream=True)))
    server.behave("cut=200")
    raises("openai cut stream", openai.APIConnectionError, lambda: list(ask(stream=True)))
    server.behave("prompt")
    azure = openai.AzureOpenAI(azure_endpoint=server.url, api_key="test-key", api_version="2024-10-21", max_retries=0)
    answer = azure.chat.completions.create(model="gpt-test", messages=messages)
    check("azure answer", "stop", answer.choices[0].finish_reason)
    chunks = list(azure.chat.completions.create(model="gpt-test", messages=messages, stream=True))
    check("azure stream begins with its filter", [], chunks[0].choices)
    raises("azure unknown deployment", openai.NotFoundError,
           lambda: azure.chat.completions.create(model="nope", messages=messages), code="DeploymentNotFound")


def try_anthropic(server):
    client = anthropic.Anthropic(base_url=server.url, api_key="test-key", max_retries=0)
    messages = [{"role": "user", "content": PROMPT}]

    def ask(**changes):
        return client.messages.create(**({"model": "gpt-test", "max_tokens": 300, "messages": messages} | changes))

    answer = ask(system="Review.")
    check("anthropic answer", 2, json.loads(answer.content[0].text)["findings"][0]["line"])
    check("anthropic stop reason", "end_turn", answer.stop_reason)
    entry = server.ledger()[-1]
    check("anthropic usage is the ledger's", (entry["input"], entry["output"]),
          (answer.usage.input_tokens, answer.usage.output_tokens))
    check("anthropic request id is the ledger's", entry["request_id"], answer._request_id)
    with client.messages.stream(model="gpt-test", max_tokens=300, system="Review.", messages=messages) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    check("anthropic stream is the answer", answer.content[0].text, text)
    check("anthropic stream usage", (answer.usage.input_tokens, answer.usage.output_tokens),
          (final.usage.input_tokens, final.usage.output_tokens))
    schema = {
        "type": "object", "additionalProperties": False, "required": ["findings"],
        "properties": {"findings": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["path", "line", "title"],
            "properties": {"path": {"type": "string"}, "line": {"type": "integer"}, "title": {"type": "string"}}}}},
    }
    structured = ask(output_config={"format": {"type": "json_schema", "schema": schema}})
    check("anthropic structured", 2, Review.model_validate_json(structured.content[0].text).findings[0].line)
    long = [{"type": "text", "text": "rule " * 1499 + "rule", "cache_control": {"type": "ephemeral"}}]
    first, second = ask(system=long).usage, ask(system=long).usage
    check("anthropic cache is written, then read", (1500, 0, 0, 1500),
          (first.cache_creation_input_tokens, first.cache_read_input_tokens, second.cache_creation_input_tokens,
           second.cache_read_input_tokens))
    thought = ask(model="think-test", max_tokens=2000, thinking={"type": "enabled", "budget_tokens": 1024})
    check("anthropic thinking comes first", ["thinking", "text"], [block.type for block in thought.content])
    server.behave("starved")
    starved = ask(model="think-test", max_tokens=64, thinking={"type": "adaptive"})
    check("anthropic starved", ("max_tokens", 64), (starved.stop_reason, starved.usage.output_tokens))
    server.behave("refusal")
    check("anthropic refusal", "refusal", ask().stop_reason)
    server.behave("prompt")
    bad = anthropic.Anthropic(base_url=server.url, api_key="wrong", max_retries=0)
    raises("anthropic wrong key", anthropic.AuthenticationError,
           lambda: bad.messages.create(model="gpt-test", max_tokens=5, messages=messages), status_code=401)
    raises("anthropic unknown model", anthropic.NotFoundError, lambda: ask(model="nope"), status_code=404)
    raises("anthropic unknown field", anthropic.BadRequestError, lambda: ask(extra_body={"seed": 3}))
    raises("anthropic system as a role", anthropic.BadRequestError,
           lambda: ask(messages=[{"role": "system", "content": "x"}]))
    raises("anthropic prompt too long", anthropic.BadRequestError, lambda: ask(model="small-test", max_tokens=5))
    for words, kind, expected in [
        ("insufficient-quota", anthropic.BadRequestError, {"status_code": 400}),
        ("payment-required", anthropic._exceptions.PaymentRequiredError, {"status_code": 402}),
        ("rate-limited+retry-after=7", anthropic.RateLimitError, {"status_code": 429}),
        ("internal-error", anthropic.InternalServerError, {"status_code": 500}),
        ("overloaded", anthropic._exceptions.OverloadedError, {"status_code": 529}),
        ("close", anthropic.APIConnectionError, {}),
    ]:
        server.behave(words)
        raises(f"anthropic {words}", kind, ask, **expected)
    server.behave("failed=4")
    try:
        list(ask(stream=True))
    except anthropic.APIStatusError as error:
        check("anthropic error within a stream", "api_error", error.body["error"]["type"])
    else:
        check("anthropic error within a stream", "an error", "nothing")
    server.behave("prompt")


def try_ollama(server):
    client = ollama.Client(host=server.url)
    messages = [{"role": "user", "content": PROMPT}]
    check("ollama list", "gpt-test:latest", client.list().models[0].model)
    answer = client.chat(model="gpt-test", messages=messages)
    check("ollama answer", 2, json.loads(answer.message.content)["findings"][0]["line"])
    entry = server.ledger()[-1]
    check("ollama usage is the ledger's", (entry["input"], entry["output"]),
          (answer.prompt_eval_count, answer.eval_count))
    parts = list(client.chat(model="gpt-test", messages=messages, stream=True))
    check("ollama stream is the answer", answer.message.content, "".join(p.message.content or "" for p in parts))
    check("ollama stream ends with its reason", (True, "stop"), (parts[-1].done, parts[-1].done_reason))
    structured = client.chat(model="gpt-test", messages=messages, format=Review.model_json_schema())
    check("ollama structured", 2, Review.model_validate_json(structured.message.content).findings[0].line)
    short = client.chat(model="gpt-test", messages=messages, options={"num_ctx": 20})
    check("ollama cuts beyond num_ctx in silence", True, short.prompt_eval_count <= 20)
    limited = client.chat(model="gpt-test", messages=messages, options={"num_predict": 5})
    check("ollama length", ("length", 5), (limited.done_reason, limited.eval_count))
    raises("ollama unknown model", ollama.ResponseError, lambda: client.chat(model="nope", messages=messages),
           status_code=404)
    raises("ollama no thinking", ollama.ResponseError,
           lambda: client.chat(model="gpt-test", messages=messages, think=True), status_code=400)
    server.behave("unavailable")
    raises("ollama unavailable", ollama.ResponseError, lambda: client.chat(model="gpt-test", messages=messages),
           status_code=503)
    server.behave("failed=2")
    raises("ollama error within a stream", ollama.ResponseError,
           lambda: list(client.chat(model="gpt-test", messages=messages, stream=True)))
    server.behave("prompt")


def main():
    print("packages:", ", ".join(f"{name} {version(name)}" for name in ("openai", "anthropic", "ollama")))
    server = Server(sys.argv[1])
    try:
        try_openai(server)
        try_anthropic(server)
        try_ollama(server)
        entries = server.ledger()
        billed = [entry for entry in entries if entry["state"] != "refused"]
        print(f"server's ledger: {len(entries)} requests, {len(billed)} billed")
    finally:
        server.process.terminate()
        server.process.wait()
    print("all as expected" if failures == 0 else f"{failures} failed")
    return min(failures, 100)


if __name__ == "__main__":
    sys.exit(main())

"""Answers of the test GitHub against the official description: githubkit's models, made from it, refuse what does not
fit. Each operation prints a line; the exit code counts failures."""
import sys
from importlib.metadata import version

from githubkit.cache import MemCacheStrategy
from githubkit import AppAuthStrategy, AppInstallationAuthStrategy, GitHub, TokenAuthStrategy

from stage import Stage

print(f"githubkit {version('githubkit')}, description {version('githubkit-schemas')}")


def kit(stage, strategy):
    return GitHub(strategy, base_url=stage.told["api"] + "/", auto_retry=False, http_cache=False,
                  cache_strategy=MemCacheStrategy())


def operations(stage, api_version):
    """Names of operations with a call of each, in an order in which they can work."""
    app_id, token = str(stage.told["app_id"]), stage.told["token"]
    # A client must outlive what is made from it.
    clients = [kit(stage, AppAuthStrategy(app_id, stage.key)), kit(stage, TokenAuthStrategy(token))]
    app, person = (client.rest(api_version) for client in clients)
    installation = app.apps.get_repo_installation("acme", "shop").parsed_data.id
    clients.append(kit(stage, AppInstallationAuthStrategy(app_id, stage.key, installation)))
    bot = clients[-1].rest(api_version)
    shop = {"owner": "acme", "repo": "shop"}
    pull = {**shop, "pull_number": 1}
    issue = {**shop, "issue_number": 1}
    made = {}

    def keep(name, work):
        def kept(**arguments):
            answer = work(**arguments)
            made[name] = answer.parsed_data.id
            return answer
        return kept

    comment = {"path": "src/cart.py", "line": 3, "side": "RIGHT", "body": "Why?"}
    annotation = {"path": "new.txt", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}
    yield "apps/get-authenticated", app.apps.get_authenticated, {}
    yield "apps/list-installations", app.apps.list_installations, {}
    yield "apps/get-installation", app.apps.get_installation, {"installation_id": installation}
    yield ("apps/create-installation-access-token", app.apps.create_installation_access_token,
           {"installation_id": installation, "repositories": ["shop"]})
    yield "apps/list-repos-accessible-to-installation", bot.apps.list_repos_accessible_to_installation, {}
    yield "apps/get-webhook-config-for-app", app.apps.get_webhook_config_for_app, {}
    yield "apps/list-webhook-deliveries", app.apps.list_webhook_deliveries, {}
    yield "rate-limit/get", bot.rate_limit.get, {}
    yield "users/get-authenticated", person.users.get_authenticated, {}
    yield "repos/get", bot.repos.get, shop
    yield "repos/get-branch", bot.repos.get_branch, {**shop, "branch": "main"}
    yield ("repos/get-collaborator-permission-level", bot.repos.get_collaborator_permission_level,
           {**shop, "username": "maintainer"})
    yield "repos/list-commits", bot.repos.list_commits, shop
    yield "repos/get-commit", bot.repos.get_commit, {**shop, "ref": stage.head}
    yield ("repos/list-pull-requests-associated-with-commit", bot.repos.list_pull_requests_associated_with_commit,
           {**shop, "commit_sha": stage.head})
    yield ("repos/compare-commits", bot.repos.compare_commits,
           {**shop, "basehead": "main...feature"})
    yield "repos/get-content", bot.repos.get_content, {**shop, "path": "src/cart.py"}
    yield "repos/get-content of a directory", bot.repos.get_content, {**shop, "path": "src"}
    blob = bot.repos.get_content(**shop, path="src/cart.py").parsed_data.sha
    yield "git/get-blob", bot.git.get_blob, {**shop, "file_sha": blob}
    yield "git/get-tree", bot.git.get_tree, {**shop, "tree_sha": stage.head}
    yield "git/get-commit", bot.git.get_commit, {**shop, "commit_sha": stage.head}
    yield "git/get-ref", bot.git.get_ref, {**shop, "ref": "heads/main"}
    yield "pulls/list", bot.pulls.list, shop
    yield "pulls/get", bot.pulls.get, pull
    yield "pulls/update", bot.pulls.update, {**pull, "title": "Another"}
    yield "pulls/list-commits", bot.pulls.list_commits, pull
    yield "pulls/list-files", bot.pulls.list_files, pull
    yield "pulls/create-review", keep("review", bot.pulls.create_review), {**pull, "comments": [comment]}
    review = {**pull, "review_id": made["review"]}
    yield "pulls/get-review", bot.pulls.get_review, review
    yield "pulls/list-comments-for-review", bot.pulls.list_comments_for_review, review
    yield "pulls/delete-pending-review", bot.pulls.delete_pending_review, review
    yield "pulls/create-review again", keep("review", bot.pulls.create_review), {**pull, "comments": [comment]}
    review = {**pull, "review_id": made["review"]}
    yield "pulls/submit-review", bot.pulls.submit_review, {**review, "event": "REQUEST_CHANGES", "body": "No"}
    yield "pulls/update-review", bot.pulls.update_review, {**review, "body": "No!"}
    yield "pulls/dismiss-review", bot.pulls.dismiss_review, {**review, "message": "Yes"}
    yield "pulls/list-reviews", bot.pulls.list_reviews, pull
    yield ("pulls/create-review-comment", keep("line", bot.pulls.create_review_comment),
           {**pull, **comment, "commit_id": stage.head})
    line = {**shop, "comment_id": made["line"]}
    yield "pulls/get-review-comment", bot.pulls.get_review_comment, line
    yield "pulls/update-review-comment", bot.pulls.update_review_comment, {**line, "body": "Why not?"}
    yield ("pulls/create-reply-for-review-comment", bot.pulls.create_reply_for_review_comment,
           {**line, "pull_number": 1, "body": "So"})
    yield "pulls/list-review-comments", bot.pulls.list_review_comments, pull
    yield "pulls/list-review-comments-for-repo", bot.pulls.list_review_comments_for_repo, shop
    yield ("reactions/create-for-pull-request-review-comment",
           keep("reaction", bot.reactions.create_for_pull_request_review_comment), {**line, "content": "+1"})
    yield ("reactions/list-for-pull-request-review-comment",
           bot.reactions.list_for_pull_request_review_comment, line)
    yield ("reactions/delete-for-pull-request-comment", bot.reactions.delete_for_pull_request_comment,
           {**line, "reaction_id": made["reaction"]})
    yield "pulls/delete-review-comment", bot.pulls.delete_review_comment, line
    yield "issues/get", bot.issues.get, issue
    yield "issues/create-comment", keep("said", bot.issues.create_comment), {**issue, "body": "Hello"}
    said = {**shop, "comment_id": made["said"]}
    yield "issues/get-comment", bot.issues.get_comment, said
    yield "issues/update-comment", bot.issues.update_comment, {**said, "body": "Good day"}
    yield "issues/list-comments", bot.issues.list_comments, issue
    yield "issues/list-comments-for-repo", bot.issues.list_comments_for_repo, shop
    yield ("reactions/create-for-issue-comment", keep("reaction", bot.reactions.create_for_issue_comment),
           {**said, "content": "eyes"})
    yield "reactions/list-for-issue-comment", bot.reactions.list_for_issue_comment, said
    yield ("reactions/delete-for-issue-comment", bot.reactions.delete_for_issue_comment,
           {**said, "reaction_id": made["reaction"]})
    yield ("reactions/create-for-issue", keep("reaction", bot.reactions.create_for_issue),
           {**issue, "content": "heart"})
    yield "reactions/list-for-issue", bot.reactions.list_for_issue, issue
    yield ("reactions/delete-for-issue", bot.reactions.delete_for_issue,
           {**issue, "reaction_id": made["reaction"]})
    yield "issues/delete-comment", bot.issues.delete_comment, said
    yield "issues/create-label", bot.issues.create_label, {**shop, "name": "slow", "color": "00ff00"}
    yield "issues/get-label", bot.issues.get_label, {**shop, "name": "slow"}
    yield "issues/list-labels-for-repo", bot.issues.list_labels_for_repo, shop
    yield "issues/add-labels", bot.issues.add_labels, {**issue, "labels": ["slow", "new"]}
    yield "issues/set-labels", bot.issues.set_labels, {**issue, "labels": ["slow"]}
    yield "issues/list-labels-on-issue", bot.issues.list_labels_on_issue, issue
    yield "issues/remove-label", bot.issues.remove_label, {**issue, "name": "slow"}
    yield ("checks/create", keep("run", bot.checks.create),
           {**shop, "name": "hunkwise", "head_sha": stage.head, "status": "in_progress"})
    run = {**shop, "check_run_id": made["run"]}
    yield ("checks/update", bot.checks.update,
           {**run, "conclusion": "neutral", "output": {"title": "t", "summary": "s", "annotations": [annotation]}})
    yield "checks/get", bot.checks.get, run
    yield "checks/list-annotations", bot.checks.list_annotations, run
    yield "checks/list-for-ref", bot.checks.list_for_ref, {**shop, "ref": "feature"}
    yield "checks/list-suites-for-ref", bot.checks.list_suites_for_ref, {**shop, "ref": "feature"}
    suite = bot.checks.list_suites_for_ref(**shop, ref="feature").parsed_data.check_suites[0].id
    yield "checks/list-for-suite", bot.checks.list_for_suite, {**shop, "check_suite_id": suite}
    yield ("repos/create-commit-status", person.repos.create_commit_status,
           {**shop, "sha": stage.head, "state": "success", "context": "mine"})
    yield ("repos/list-commit-statuses-for-ref", person.repos.list_commit_statuses_for_ref,
           {**shop, "ref": "feature"})
    yield "repos/get-combined-status-for-ref", person.repos.get_combined_status_for_ref, {**shop, "ref": "feature"}


def parsed(work, arguments):
    answer = work(**arguments)
    if answer.status_code != 204:
        answer.parsed_data


for api_version in ("2022-11-28", "2026-03-10"):
    stage = Stage(sys.argv[1])
    count = 0
    try:
        for name, work, arguments in operations(stage, api_version):
            stage.attempt(f"{api_version} {name}", lambda: parsed(work, arguments))
            count += 1
    finally:
        stage.stop()
    print(f"{count} answers of {api_version}")
print(f"{Stage.failures} failed")
sys.exit(min(Stage.failures, 100))

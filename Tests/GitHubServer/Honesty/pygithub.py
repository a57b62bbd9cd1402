"""PyGithub against the test GitHub. Each check prints a line; the exit code counts failures."""
import sys
from importlib.metadata import version

import github
from github import Auth, Github, GithubIntegration

from stage import Stage

stage = Stage(sys.argv[1])
check = stage.check
quiet = {"base_url": stage.told["api"], "retry": None, "seconds_between_requests": None, "seconds_between_writes": None}
print(f"PyGithub {version('PyGithub')}")


def refused(name, kind, status, work, mark=""):
    try:
        work()
    except github.GithubException as error:
        seen = (type(error), error.status, mark in str(error.data))
        check(name, (kind, status, True), seen)
    else:
        check(name, kind.__name__, "nothing raised")


try:
    # As the App.
    integration = GithubIntegration(auth=Auth.AppAuth(stage.told["app_id"], stage.key), **quiet)
    check("the App by its assertion", "hunkwise", integration.get_app().slug)
    installation = integration.get_repo_installation("acme", "shop")
    check("its installation", ["acme/shop"], [repo.full_name for repo in installation.get_repos()])
    granted = integration.get_access_token(installation.id, permissions={"contents": "read", "pull_requests": "write"})
    check("a token's permissions", "write", granted.permissions["pull_requests"])
    bot = integration.get_github_for_installation(installation.id)
    bot_repository = bot.get_repo("acme/shop")
    person = Github(auth=Auth.Token(stage.told["token"]), **quiet)
    repository = person.get_repo("acme/shop")
    check("the person", "maintainer", person.get_user().login)
    check("the person's role", "admin", repository.get_collaborator_permission("maintainer"))

    # Reading a pull request.
    pull = bot_repository.get_pull(1)
    check("the head", stage.head, pull.head.sha)
    check("counts", (1, 3, 3, 4 - 1), (pull.commits, pull.additions, pull.deletions, pull.changed_files))
    check("files", ["new.txt", "old.txt", "src/cart.py"], [file.filename for file in pull.get_files()])
    check("commits", [stage.head], [commit.sha for commit in pull.get_commits()])
    compared = bot_repository.compare("main", "feature")
    check("merge base", stage.base, compared.merge_base_commit.sha)
    check("contents", b"new\n", bot_repository.get_contents("new.txt", ref=stage.head).decoded_content)
    check("a branch", stage.base, bot_repository.get_branch("main").commit.sha)
    check("a tree", 2, len(bot_repository.get_git_tree(stage.head, recursive=True).tree) - 1)
    check("open pull requests", [1], [pull.number for pull in bot_repository.get_pulls(state="open")])

    # A review in two steps, as one that must not be posted twice.
    commit = bot_repository.get_commit(stage.head)
    comment = {"path": "src/cart.py", "line": 3, "side": "RIGHT", "body": "Why?"}
    review = pull.create_review(commit=commit, body="Seen", comments=[comment])
    check("a pending review", "PENDING", review.state)
    refused("a second pending review", github.GithubException, 422,
            lambda: pull.create_review(commit=commit, body="Again"), "one pending review")
    # PyGithub knows no submission of its own.
    pull.requester.requestJsonAndCheck("POST", f"{pull.url}/reviews/{review.id}/events", input={"event": "COMMENT"})
    check("it is submitted", ["COMMENTED"], [review.state for review in pull.get_reviews()])
    refused("it is not deleted", github.GithubException, 422, review.delete, "non-pending")
    refused("a line outside the diff", github.GithubException, 422,
            lambda: pull.create_review(commit=commit, body="x", event="COMMENT",
                                       comments=[{**comment, "line": 10}]), "must be part of the diff")
    ranged = pull.create_review_comment("Hm", commit, "src/cart.py", line=17, start_line=16, side="RIGHT", start_side="RIGHT")
    check("a comment on a range", (16, 17), (ranged.start_line, ranged.line))
    answer = pull.create_review_comment_reply(ranged.id, "Indeed")
    check("an answer", ranged.id, answer.in_reply_to_id)
    check("comments on lines", 3, pull.get_review_comments().totalCount)
    check("a reaction", "+1", ranged.create_reaction("+1").content)
    ranged.edit("Hmm")
    check("an edit", "Hmm", pull.get_review_comment(ranged.id).body)
    answer.delete()
    check("a deletion", 2, pull.get_review_comments().totalCount)
    approval = repository.get_pull(1).create_review(event="APPROVE")
    check("a person's approval", "APPROVED", approval.state)
    approval.dismiss("too soon")
    check("its dismissal", "DISMISSED", repository.get_pull(1).get_review(approval.id).state)

    # The conversation, labels, checks, statuses.
    issue = bot_repository.get_issue(1)
    for number in range(65):
        issue.create_comment(f"{number}")
    check("all pages of comments", [f"{number}" for number in range(65)], [said.body for said in issue.get_comments()])
    issue.add_to_labels("bug", "new")
    check("labels", {"bug", "new"}, {label.name for label in bot_repository.get_pull(1).labels})
    issue.remove_from_labels("new")
    check("a label less", ["bug"], [label.name for label in issue.get_labels()])
    run = bot_repository.create_check_run("hunkwise", stage.head, status="in_progress")
    note = {"path": "new.txt", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "Hm"}
    run.edit(status="completed", conclusion="neutral", output={"title": "t", "summary": "s", "annotations": [note]})
    check("a check run", ("completed", "neutral"), (run.status, run.conclusion))
    check("its annotation", ["Hm"], [annotation.message for annotation in run.get_annotations()])
    check("check runs of the commit", [run.id], [other.id for other in commit.get_check_runs()])
    refused("a person's check run", github.GithubException, 403,
            lambda: repository.create_check_run("mine", stage.head), "GitHub App")
    repository.get_commit(stage.head).create_status("success", context="mine", description="fine")
    check("a status", "success", repository.get_commit(stage.head).get_combined_status().state)

    # Refusals by their own exceptions.
    refused("a wrong token", github.BadCredentialsException, 401,
            lambda: Github(auth=Auth.Token("nope"), **quiet).get_user().login)
    refused("what is not there", github.UnknownObjectException, 404, lambda: person.get_repo("acme/nope"))
    stage.control("POST", "faults", {"on": "repos/get", "fault": "secondary=1"})
    refused("the secondary limit", github.RateLimitExceededException, 403, lambda: person.get_repo("acme/shop"))
    check("the primary limit", 5000, person.get_rate_limit().rate.limit)
    check("an unchanged page", False, pull.update() and pull.update())
finally:
    stage.stop()
print(f"{Stage.failures} failed")
sys.exit(min(Stage.failures, 100))

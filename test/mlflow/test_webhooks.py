"""Webhooks, end to end: made by the clients that people have, and verified as the documents of either product say."""

import base64
import hashlib
import hmac
import json
import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlparse

import pytest
from mlflow.entities.webhook import WebhookStatus
from mlflow.exceptions import MlflowException, RestException

SECRET = "a secret that both sides have"
SOURCE = "s3://bucket/key"
RECEIVER = os.environ["SIGNET_RECEIVER"] + "/hook"


@pytest.fixture(scope="module")
def inbox():
    """What the receiver got, in its order."""
    messages = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            messages.put((dict(self.headers.items()), body))
            self.send_response(500 if self.path.endswith("/broken") else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", urlparse(RECEIVER).port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield messages
    server.shutdown()


@pytest.fixture(autouse=True)
def alone(request, people):
    """No test hears of what another one does."""
    yield
    if "inbox" in request.fixturenames:
        messages = request.getfixturevalue("inbox")
        for webhook in people["open"].v1("GET", "/webhooks?limit=100")["items"]:
            people["open"].v1("DELETE", f"/webhooks/{webhook['id']}")
        while not messages.empty():
            messages.get()


def verified(message, secret=SECRET):
    """The formula of MLflow's documents."""
    headers, body = message
    lower = {name.lower(): value for name, value in headers.items()}
    signed = f"{lower['x-mlflow-delivery-id']}.{lower['x-mlflow-timestamp']}.{body.decode()}"
    expected = base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()).decode()
    assert hmac.compare_digest(lower["x-mlflow-signature"], f"v1,{expected}")
    return json.loads(body)


def test_create_get_list_update_delete(client, inbox):
    made = client.create_webhook(
        "ci", RECEIVER, ["model_version.created"], description="Tests each version.", secret=SECRET
    )
    assert (made.name, made.url, made.status) == ("ci", RECEIVER, WebhookStatus.ACTIVE)
    assert [str(event) for event in made.events] == ["model_version.created"]
    assert made.description == "Tests each version."
    assert client.get_webhook(made.webhook_id).name == "ci"
    other = client.create_webhook("cd", RECEIVER, ["registered_model.created", "prompt.created"])
    assert [webhook.name for webhook in client.list_webhooks()] == ["cd", "ci"]
    page = client.list_webhooks(max_results=1)
    assert [webhook.name for webhook in client.list_webhooks(max_results=1, page_token=page.token)] == ["ci"]
    changed = client.update_webhook(made.webhook_id, name="ci-2", events=["model_version_alias.created"], status="DISABLED")
    assert (changed.name, changed.status, changed.url) == ("ci-2", WebhookStatus.DISABLED, RECEIVER)
    client.delete_webhook(made.webhook_id)
    with pytest.raises(RestException, match=f"Webhook with ID {made.webhook_id} not found") as absent:
        client.get_webhook(made.webhook_id)
    assert absent.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert [webhook.webhook_id for webhook in client.list_webhooks()] == [other.webhook_id]


def test_what_happens_to_a_model(client, inbox, name):
    events = [
        "registered_model.created",
        "model_version.created",
        "model_version_tag.set",
        "model_version_tag.deleted",
        "model_version_alias.created",
        "model_version_alias.deleted",
    ]
    client.create_webhook("all", RECEIVER, events, secret=SECRET)

    def happens(event, **data):
        told = verified(inbox.get(timeout=20))
        assert f"{told['entity']}.{told['action']}" == event
        assert told["data"] == {"name": name, **data}
        assert told["timestamp"].endswith("+00:00")

    client.create_registered_model(name, tags={"team": "risk"}, description="Flags payments.")
    happens("registered_model.created", tags={"team": "risk"}, description="Flags payments.")
    client.create_model_version(name, SOURCE, run_id="r1", tags={"a": "1"}, description="Better.")
    happens("model_version.created", version="1", source=SOURCE, run_id="r1", tags={"a": "1"}, description="Better.")
    client.set_model_version_tag(name, "1", "k", "v" * 1_000)
    happens("model_version_tag.set", version="1", key="k", value="v" * 1_000)
    client.delete_model_version_tag(name, "1", "k")
    happens("model_version_tag.deleted", version="1", key="k")
    client.set_registered_model_alias(name, "champion", 1)
    happens("model_version_alias.created", alias="champion", version="1")
    client.delete_registered_model_alias(name, "champion")
    happens("model_version_alias.deleted", alias="champion")
    assert inbox.empty()


def test_what_happens_to_a_prompt(client, inbox, name):
    client.create_webhook("prompts", RECEIVER, ["prompt.created", "prompt_version.created", "prompt_alias.created"], secret=SECRET)
    client.register_prompt(name, "Hello {{name}}!", commit_message="First.")
    told = [verified(inbox.get(timeout=20)) for _ in range(2)]
    assert sorted(one["entity"] for one in told) == ["prompt", "prompt_version"]
    version = next(one for one in told if one["entity"] == "prompt_version")
    assert version["data"]["template"] == "Hello {{name}}!"
    assert version["data"]["version"] == "1"
    client.set_prompt_alias(name, "live", 1)
    assert verified(inbox.get(timeout=20))["data"] == {"name": name, "alias": "live", "version": "1"}


def test_a_test(client, inbox):
    made = client.create_webhook("ci", RECEIVER, ["model_version.created"], secret=SECRET, status="DISABLED")
    result = client.test_webhook(made.webhook_id)
    assert (result.success, result.response_status) == (True, 200)
    assert verified(inbox.get(timeout=20))["data"]["name"] == "example_model"
    result = client.test_webhook(made.webhook_id, event="model_version_tag.set")
    assert verified(inbox.get(timeout=20))["data"]["key"] == "example_key"
    broken = client.create_webhook("broken", f"{RECEIVER}/broken", ["model_version.created"])
    assert (client.test_webhook(broken.webhook_id).success, inbox.get(timeout=20)[1] != b"") == (False, True)


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"name": "a b"}, "is invalid"),
        ({"url": "http://hooks.example.com/"}, "Invalid webhook URL scheme"),
        ({"url": "https://127.0.0.1/"}, "Invalid webhook URL"),
        ({"events": []}, "Webhook events must be a non-empty list of WebhookEvent objects"),
    ],
)
def test_what_is_refused(client, over, message):
    said = {"name": "ci", "url": "https://hooks.example.com/", "events": ["model_version.created"], **over}
    with pytest.raises(MlflowException, match=message):
        client.create_webhook(**said)


def test_only_an_admin(people, monkeypatch):
    with pytest.raises(RestException) as refused:
        people["publisher"].as_client(monkeypatch).create_webhook("ci", RECEIVER, ["model_version.created"])
    assert refused.value.error_code == "PERMISSION_DENIED"


def test_the_older_form(people, client, inbox, model):
    """The requests of databricks-registry-webhooks 0.1.2, whose messages cannot be loaded beside MLflow's."""

    def older(method, path, fields=None):
        answer = people["open"].call(method, f"/api/2.0/preview/mlflow/registry-webhooks{path}", fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    events = ["MODEL_VERSION_CREATED", "MODEL_VERSION_TRANSITIONED_STAGE", "TRANSITION_REQUEST_CREATED"]
    receiver = {"url": RECEIVER, "enable_ssl_verification": True, "secret": SECRET, "authorization": "Bearer shared"}
    said = {"model_name": model, "events": events, "description": "CI", "status": "ACTIVE", "http_url_spec": receiver}
    made = older("POST", "/create", said)["webhook"]
    assert made["events"] == events
    assert (made["status"], made["model_name"], made["description"]) == ("ACTIVE", model, "CI")
    assert made["http_url_spec"] == {"url": RECEIVER, "enable_ssl_verification": True}
    listed = older("GET", f"/list?events=MODEL_VERSION_CREATED&max_results=1000&model_name={model}")
    assert listed["webhooks"] == [made]
    assert older("GET", "/list?max_results=1000&model_name=another")["webhooks"] == []
    assert list(client.list_webhooks()) == []

    def happens(event, **told):
        headers, body = inbox.get(timeout=20)
        lower = {name.lower(): value for name, value in headers.items()}
        expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(lower["x-databricks-signature"], expected)
        assert lower["authorization"] == "Bearer shared"
        said = json.loads(body)
        assert (said["event"], said["model_name"], said["webhook_id"]) == (event, model, made["id"])
        assert {key: said[key] for key in told} == told

    client.create_model_version(model, SOURCE)
    happens("MODEL_VERSION_CREATED", version="1")
    client.transition_model_version_stage(model, 1, "Production")
    happens("MODEL_VERSION_TRANSITIONED_STAGE", version="1", from_stage="None", to_stage="Production")

    assert older("POST", "/test", {"id": made["id"]}) == {"status_code": 200}
    assert json.loads(inbox.get(timeout=20)[1])["model_name"] == "example_model"
    update = {"id": made["id"], "description": "CD", "status": "DISABLED"}
    assert older("PATCH", "/update", update)["webhook"]["status"] == "DISABLED"
    assert older("DELETE", "/delete", {"id": made["id"]}) == {}
    assert older("GET", "/list?max_results=1000")["webhooks"] == []

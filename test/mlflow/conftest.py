"""The registry of one run, with an open tenant and a governed one, as MLflow's own client sees them.

SIGNET_URL and SIGNET_CREDENTIALS say where it is, SIGNET_RECEIVER where webhooks may lead to, SIGNET_NODE and
SIGNET_CLI how its command line is run; test/mlflow/run.ts starts it.
"""

import configparser
import itertools
import os
import uuid

import pytest
import requests
from requests_auth_aws_sigv4 import AWSSigV4

URL = os.environ["SIGNET_URL"]
REGION = "us-east-1"

os.environ.update(
    MLFLOW_TRACKING_AWS_SIGV4="true",
    AWS_DEFAULT_REGION=REGION,
    MLFLOW_DISABLE_TELEMETRY="true",
    # What is refused is refused at once: whoever retries for minutes shows in the time that a test takes.
    MLFLOW_HTTP_REQUEST_MAX_RETRIES="2",
)

from mlflow import MlflowClient  # noqa: E402


class Person:
    """Somebody with keys: signs native requests, and is whom MLflow's client signs for."""

    def __init__(self, profile):
        credentials = configparser.ConfigParser()
        credentials.read(os.environ["SIGNET_CREDENTIALS"])
        self.keys = credentials[f"signet-{profile}"]
        account, name = self.keys["signet_arn"].split(":")[4], self.keys["signet_arn"].split("/")[-1]
        self.principal = f"aws:{account}:user/{name}"

    def call(self, method, path, body=None, **headers):
        auth = AWSSigV4(
            "execute-api",
            region=REGION,
            aws_access_key_id=self.keys["aws_access_key_id"],
            aws_secret_access_key=self.keys["aws_secret_access_key"],
        )
        return requests.request(method, URL + path, json=body, auth=auth, headers=headers, timeout=30)

    def v1(self, method, path, body=None):
        answer = self.call(method, f"/v1{path}", body)
        assert answer.ok, answer.text
        return answer.json()

    def as_client(self, monkeypatch):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", self.keys["aws_access_key_id"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", self.keys["aws_secret_access_key"])
        return MlflowClient(tracking_uri=URL, registry_uri=URL)


ROLES = [{"role": role} for role in ("admin", "publisher", "releaser", "reviewer")]


@pytest.fixture(scope="session")
def people():
    """`open` has every role in a tenant whose lifecycle is open, `governed` in one where the default policy holds."""
    everyone = {
        "open": Person("globex-admin"),
        "governed": Person("admin"),
        "reviewer": Person("reviewer"),
        "reader": Person("reader"),
        "publisher": Person("publisher"),
    }
    for who in ("open", "governed"):
        person = everyone[who]
        person.v1("PUT", "/members", {"principal": person.principal, "roles": ROLES})
    keeping_nothing = {"artifactHoldDays": 0, "productionStableDays": 0}
    everyone["open"].v1("PUT", "/policy", {"policy": {"lifecycle": "open", "retention": keeping_nothing}})
    return everyone


@pytest.fixture
def client(people, monkeypatch):
    """MLflow's client in the open tenant."""
    return people["open"].as_client(monkeypatch)


@pytest.fixture
def governed(people, monkeypatch):
    """MLflow's client in the governed tenant."""
    return people["governed"].as_client(monkeypatch)


_counter = itertools.count()


@pytest.fixture
def name():
    """A name that no other test has."""
    return f"model-{next(_counter)}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def model(client, name):
    """A registered model of that name, in the open tenant."""
    client.create_registered_model(name)
    return name

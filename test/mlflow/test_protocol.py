"""The wire: shapes, errors, workspaces, who may what."""

import mlflow
import pytest
import requests
from conftest import URL
from mlflow.exceptions import RestException

API = "/api/2.0/mlflow"


def post(person, path, body, **headers):
    return person.call("POST", API + path, body, **headers)


def test_golden_model(people, name):
    answer = post(people["open"], "/registered-models/create", {"name": name, "tags": [{"key": "a", "value": "2"}]})
    model = answer.json()["registered_model"]
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert set(model) == {"name", "creation_timestamp", "last_updated_timestamp", "tags"}
    assert isinstance(model["creation_timestamp"], int)


def test_golden_version(people, model):
    answer = post(people["open"], "/model-versions/create", {"name": model, "source": "s3://b/k"})
    version = answer.json()["model_version"]
    at = version["creation_timestamp"]
    assert version == {
        "name": model,
        "version": "1",
        "creation_timestamp": at,
        "last_updated_timestamp": at,
        "current_stage": "None",
        "description": "",
        "source": "s3://b/k",
        "run_id": "",
        "status": "READY",
        "run_link": "",
    }


def test_void_calls_answer_with_nothing(people, model):
    answer = post(people["open"], "/registered-models/set-tag", {"name": model, "key": "k", "value": "v"})
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": 5}, "Invalid value 5 for parameter 'name' supplied"),
        ({}, "Missing value for required parameter 'name'"),
        ({"name": None}, "Missing value for required parameter 'name'"),
        ({"name": "x", "tags": "t"}, "for parameter 'tags' supplied"),
        ({"name": "x", "tags": [{"value": "v"}]}, "Missing value for required parameter 'tags[0].key'"),
        ({"name": "x", "tags": [{"key": "k", "value": 5}]}, "for parameter 'tags[0].value' supplied"),
        ([], "The request body is no JSON object"),
    ],
)
def test_bodies_that_cannot_be(people, body, message):
    answer = post(people["open"], "/registered-models/create", body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert message in answer.json()["message"]


def test_what_is_not_known_is_passed_over_and_null_is_unset(people, name):
    body = {"name": name, "deployment_job_id": "x", "nonsense": {"deep": [1]}, "description": None}
    assert post(people["open"], "/registered-models/create", body).status_code == 200


def test_camel_case_is_understood_and_both_is_one_too_many(people, model):
    body = {"name": model, "source": "s3://b/k", "runId": "r"}
    assert post(people["open"], "/model-versions/create", body).json()["model_version"]["run_id"] == "r"
    answer = post(people["open"], "/model-versions/create", {**body, "run_id": "r"})
    assert "provide only one of them" in answer.json()["message"]


def test_a_post_is_json(people):
    answer = people["open"].call("POST", f"{API}/registered-models/create", **{"Content-Type": "text/plain"})
    assert "Content-Type must be one of ['application/json']" in answer.json()["message"]


def test_nobody_signed(name):
    answer = requests.get(f"{URL}{API}/registered-models/get", params={"name": name}, timeout=30)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("path", ["/experiments/get", "/runs/create", "/nonsense", "/registered-models/list"])
def test_no_such_endpoint(people, path):
    answer = people["open"].call("GET", API + path)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


def test_logged_models_are_elsewhere(people):
    answer = people["open"].call("GET", f"{API}/logged-models/m-1")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_the_paths_of_pages_are_the_same(people, model):
    answer = people["open"].call("GET", f"/ajax-api/2.0/mlflow/registered-models/get?name={model}")
    assert answer.json()["registered_model"]["name"] == model


def test_server_info_needs_nobody():
    answer = requests.get(f"{URL}/api/3.0/mlflow/server-info", timeout=3)
    assert answer.status_code == 200
    assert answer.json()["workspaces_enabled"] is True
    assert requests.get(f"{URL}/version", timeout=3).text == "3.18.0"
    assert requests.get(f"{URL}/health", timeout=3).ok


class TestRoles:
    def test_a_reader_reads(self, people, governed, monkeypatch, name):
        governed.create_registered_model(name)
        reader = people["reader"].as_client(monkeypatch)
        assert reader.get_registered_model(name).name == name
        with pytest.raises(RestException, match="needs the role publisher") as refused:
            reader.set_registered_model_tag(name, "k", "v")
        assert refused.value.error_code == "PERMISSION_DENIED"

    def test_a_publisher_does_not_release(self, people, governed, monkeypatch, name):
        governed.create_registered_model(name)
        publisher = people["publisher"].as_client(monkeypatch)
        publisher.create_model_version(name, "s3://b/k")
        with pytest.raises(RestException, match="needs the role releaser"):
            publisher.transition_model_version_stage(name, 1, "Staging")
        with pytest.raises(RestException, match="needs the role releaser"):
            publisher.set_registered_model_alias(name, "champion", 1)

    def test_a_neighbour_sees_nothing(self, people, model, monkeypatch):
        neighbour = people["governed"].as_client(monkeypatch)
        with pytest.raises(RestException, match=f"Registered Model with name={model} not found"):
            neighbour.get_registered_model(model)
        assert neighbour.search_registered_models(f"name = '{model}'") == []
        assert neighbour.search_model_versions(f"name = '{model}'") == []


class TestWorkspaces:
    def test_a_workspace_is_a_tenant(self, people, model, monkeypatch):
        client = people["open"].as_client(monkeypatch)
        monkeypatch.setenv("MLFLOW_WORKSPACE", "globex")
        assert client.get_registered_model(model).name == model

    def test_another_ones_is_not_there(self, people, model):
        headers = {"X-MLFLOW-WORKSPACE": "acme"}
        answer = people["open"].call("GET", f"{API}/registered-models/get?name={model}", **headers)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
        headers = {"X-MLFLOW-WORKSPACE": "no-such-tenant"}
        assert people["open"].call("GET", f"{API}/registered-models/get?name={model}", **headers).status_code == 404


class TestOneWorld:
    def test_what_mlflow_registers_is_there(self, people, client, model):
        client.create_model_version(model, "s3://b/k", "run-1", {"t": "v"}, "http://runs/1", "One.")
        seen = people["open"].v1("GET", f"/models/{model}/versions/1")
        assert (seen["source"], seen["tags"], seen["description"]) == ("s3://b/k", {"t": "v"}, "One.")
        assert seen["lineage"] == {"runId": "run-1", "runLink": "http://runs/1", "datasets": []}

    def test_what_is_registered_there_is_in_mlflow(self, people, client, name):
        people["open"].v1("POST", "/models", {"model": name, "tags": {"a": "b"}})
        people["open"].v1("POST", f"/models/{name}/versions", {"source": "s3://b/k", "lineage": {"runId": "r"}})
        assert client.get_registered_model(name).tags == {"a": "b"}
        assert client.get_model_version(name, 1).run_id == "r"
        people["open"].v1("POST", f"/models/{name}/versions/1/promote", {"stage": "staging"})
        assert client.get_model_version(name, 1).current_stage == "Staging"
        assert [one.version for one in client.search_model_versions(f"name = '{name}'")] == ["1"]


def test_register_model(people, monkeypatch, name):
    client = people["open"].as_client(monkeypatch)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", URL)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", URL)
    for number in (1, 2):
        assert int(mlflow.register_model("s3://bucket/key", name, tags={"a": 1}).version) == number
    assert client.get_model_version(name, "1").source == "s3://bucket/key"


def test_register_a_logged_model_that_the_tracking_server_does_not_have(people, monkeypatch, name):
    client = people["open"].as_client(monkeypatch)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", URL)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", URL)
    source = "models:/m-0123456789abcdef0123456789abcdef"
    mlflow.register_model(source, name)
    assert client.get_model_version_download_uri(name, "1") == source

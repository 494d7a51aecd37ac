"""`signet import mlflow` from a real MLflow server, into the registry of this run."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from mlflow import MlflowClient

from conftest import REGION, URL


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """An MLflow server with its files, on this machine."""
    home = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("mlflow")
    arguments = ["--backend-store-uri", f"sqlite:///{home}/mlflow.db", "--artifacts-destination", f"{home}/files"]
    process = subprocess.Popen(
        [program, "server", "--port", str(port), "--workers", "1", *arguments],
        cwd=home,
        # It starts in half the time.
        env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    uri = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            if requests.get(f"{uri}/health", timeout=10).ok:
                break
        except requests.RequestException:
            time.sleep(0.2)
    yield uri
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(scope="module")
def theirs(server):
    """The server's client, with models as people have them. Nobody signs to that server, and files cannot be."""
    patch = pytest.MonkeyPatch()
    patch.setenv("MLFLOW_TRACKING_AWS_SIGV4", "false")
    client = MlflowClient(tracking_uri=server, registry_uri=server)
    experiment = client.create_experiment("training")
    client.create_registered_model("fraud", tags={"team": "risk"}, description="Flags payments.")
    for number in range(1, 5):
        run = client.create_run(experiment).info
        client.log_text(run.run_id, f"weights {number}", "model/weights.txt")
        client.log_text(run.run_id, "flavors: {}", "model/data/MLmodel")
        source = f"{run.artifact_uri}/model"
        client.create_model_version("fraud", source, run.run_id, tags={"n": str(number)}, description=f"Number {number}.")
    client.delete_model_version("fraud", "2")
    client.set_registered_model_alias("fraud", "champion", "4")
    client.transition_model_version_stage("fraud", "1", "Archived")
    client.transition_model_version_stage("fraud", "3", "Production")
    client.create_registered_model("it's “quoted” & odd")
    client.create_model_version("it's “quoted” & odd", "s3://bucket/key", tags={"depends_on": "fraud:4"})
    client.register_prompt("greeting", "Hello {{name}}!", commit_message="First.")
    patch.undo()
    return client


def imported(people, server, *words):
    keys = people["open"].keys
    environment = {
        **os.environ,
        "SIGNET_ENDPOINT": URL,
        "SIGNET_REGION": REGION,
        "AWS_ACCESS_KEY_ID": keys["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": keys["aws_secret_access_key"],
    }
    environment.pop("AWS_PROFILE", None)
    command = [os.environ["SIGNET_NODE"], os.environ["SIGNET_CLI"], "import", "mlflow", "--from", server, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def seen(client, name):
    """A model as a client sees it, without what is this registry's own."""

    def plain(tags):
        return {key: value for key, value in tags.items() if not key.startswith("origin.")}

    model = client.get_registered_model(name)
    versions = sorted(client.search_model_versions(f'name="{name}"'), key=lambda one: int(one.version))
    return (
        (model.description or "", plain(model.tags), model.aliases),
        [(one.version, one.current_stage, one.description or "", plain(one.tags), one.run_id) for one in versions],
    )


def test_everything_arrives_and_once(people, client, server, theirs):
    first = imported(people, server)
    assert (first.returncode, first.stderr) == (0, ""), first.stdout
    assert first.stdout.startswith("Imported 3 models, 5 versions, 1 alias, 2 stages from")
    for name in ("fraud", "it's “quoted” & odd"):
        assert seen(client, name) == seen(theirs, name)
    assert client.load_prompt("greeting", version=1).template == "Hello {{name}}!"
    version = client.get_model_version("fraud", "3")
    assert version.source == theirs.get_model_version("fraud", "3").source
    assert version.tags["origin.version"] == "3"
    again = imported(people, server)
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, f"There is nothing new at {server}.")


def test_files_come_along(people, client, server, theirs, name):
    theirs.create_registered_model(name)
    fraud = theirs.get_model_version("fraud", "4")
    theirs.create_model_version(name, fraud.source, fraud.run_id)
    brought = imported(people, server, "--model", name, "--bytes")
    assert brought.returncode == 0, brought.stdout + brought.stderr
    assert "Files        of 1 version" in brought.stdout
    version = people["open"].v1("GET", f"/models/{name}/versions/1")
    assert (version["state"], version["artifact"]["files"]) == ("complete", 2)

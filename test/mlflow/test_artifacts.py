"""Files: what is kept here is loaded, and what is logged to here becomes a version that is kept here."""

import hashlib
import os

import mlflow
import numpy as np
import pytest
import requests
from conftest import URL
from mlflow.exceptions import MlflowException, RestException
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

ARTIFACTS = f"{URL}/api/2.0/mlflow-artifacts/artifacts"
X = np.array([[0.0, 1.0], [1.0, 0.0], [0.2, 0.9], [0.8, 0.1]])
Y = np.array([0, 1, 0, 1])


@pytest.fixture
def tracking(client, monkeypatch, tmp_path, name):
    """A tracking database of one's own, whose experiment keeps its files in the registry."""
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "0")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.set_registry_uri(URL)
    mlflow.create_experiment(name, artifact_location=f"{ARTIFACTS}/{name}")
    mlflow.set_experiment(name)
    yield client
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


def logged(name, **options):
    model = LogisticRegression().fit(X, Y)
    with mlflow.start_run():
        return mlflow.sklearn.log_model(model, name="model", signature=infer_signature(X, Y), pip_requirements=["scikit-learn"], **options)


def seen(people, model, version=1):
    return people["open"].v1("GET", f"/models/{model}/versions/{version}")


def test_log_model_makes_a_managed_version(people, tracking, name):
    logged(name, registered_model_name=name)
    version = seen(people, name)
    assert version["state"] == "complete"
    assert version["artifact"]["files"] >= 4
    assert "source" not in version
    assert version["schema"]["inputs"][0]["type"] == "tensor" or version["schema"]["inputs"]
    assert version["lineage"]["loggedModelId"].startswith("m-")
    registered = tracking.get_model_version(name, 1)
    assert (registered.status, registered.source[:9]) == ("READY", "models:/m")


@pytest.mark.parametrize("where", ["models:/{}/1", "models:/{}@champion", "models:/{}/Production", "models:/{}/latest"])
def test_what_was_logged_is_loaded(people, tracking, name, where):
    logged(name, registered_model_name=name)
    tracking.set_registered_model_alias(name, "champion", 1)
    tracking.transition_model_version_stage(name, 1, "Production")
    loaded = mlflow.pyfunc.load_model(where.format(name))
    assert list(loaded.predict(X)) == [0, 1, 0, 1]

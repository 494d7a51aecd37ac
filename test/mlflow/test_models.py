"""Real models: logged with local tracking, registered here, loaded by whatever name."""

import os

import mlflow
import numpy
import pytest
from conftest import URL
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
Y = [0, 0, 1, 1]


@pytest.fixture
def local(people, monkeypatch, tmp_path):
    """A tracking store of files on this machine, and the registry here."""
    client = people["open"].as_client(monkeypatch)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.set_registry_uri(URL)
    mlflow.create_experiment("here", artifact_location=str(tmp_path / "artifacts"))
    mlflow.set_experiment("here")
    yield client
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_EXPERIMENT_ID"):
        os.environ.pop(name, None)


def logged(name):
    fitted = LogisticRegression().fit(X, Y)
    return mlflow.sklearn.log_model(
        fitted,
        name="model",
        registered_model_name=name,
        signature=infer_signature(X, numpy.array(Y)),
        # Found out by itself, it would take a minute.
        pip_requirements=["scikit-learn"],
    )


def test_log_register_and_load_by_every_name(local, name):
    info = logged(name)
    assert str(info.registered_model_version) == "1"
    local.set_registered_model_alias(name, "champion", 1)
    local.transition_model_version_stage(name, 1, "Production")
    for uri in (f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/Production", f"models:/{name}/latest"):
        assert list(mlflow.pyfunc.load_model(uri).predict(X)) == Y
    assert list(mlflow.sklearn.load_model(f"models:/{name}/1").predict(X)) == Y


def test_the_signature_of_a_logged_model_is_that_of_its_files(local, name):
    logged(name)
    assert mlflow.models.get_model_info(f"models:/{name}/1").signature is not None


def test_register_a_model_of_a_run(local, name):
    with mlflow.start_run() as run:
        fitted = LogisticRegression().fit(X, Y)
        mlflow.sklearn.log_model(fitted, name="model", pip_requirements=["scikit-learn"])
    version = mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
    assert local.get_model_version(name, version.version).run_id == run.info.run_id
    assert list(mlflow.pyfunc.load_model(f"models:/{name}/1").predict(X)) == Y


def test_a_copy_of_a_version_loads_as_it_does(local, name):
    logged(name)
    local.copy_model_version(f"models:/{name}/1", f"{name}-prod")
    assert list(mlflow.pyfunc.load_model(f"models:/{name}-prod/1").predict(X)) == Y

"""Files: what is kept here is loaded, and what is logged to here becomes a version that is kept here."""

import hashlib
import time

import mlflow
import numpy as np
import pytest
from conftest import URL
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from sklearn.linear_model import LogisticRegression

ARTIFACTS = f"{URL}/api/2.0/mlflow-artifacts/artifacts"
X = np.array([[0.0, 1.0], [1.0, 0.0], [0.2, 0.9], [0.8, 0.1]])
Y = np.array([0, 1, 0, 1])


@pytest.fixture
def uploads(client, monkeypatch):
    """Clients before 3.18 have to be told that files go in parts."""
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "0")
    mlflow.set_registry_uri(URL)
    yield client
    mlflow.set_registry_uri(None)


@pytest.fixture
def tracking(uploads, tmp_path, name):
    """A tracking database of one's own, whose experiment keeps its files in the registry."""
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.create_experiment(name, artifact_location=f"{ARTIFACTS}/{name}")
    mlflow.set_experiment(name)
    yield uploads
    mlflow.set_tracking_uri(None)


def logged(**options):
    model = LogisticRegression().fit(X, Y)
    with mlflow.start_run():
        return mlflow.sklearn.log_model(
            model, name="model", signature=infer_signature(X, Y), pip_requirements=["scikit-learn"], **options
        )


def seen(people, model, version=1):
    return people["open"].v1("GET", f"/models/{model}/versions/{version}")


def a_directory(path, **files):
    path.mkdir()
    for name, content in files.items():
        (path / name).write_bytes(content)
    return str(path)


def test_a_logged_model_is_a_managed_version_and_loads_by_every_name(people, tracking, name):
    logged(registered_model_name=name)
    version = seen(people, name)
    assert (version["state"], "source" in version) == ("complete", False)
    assert version["artifact"]["files"] >= 4
    assert version["schema"]["inputs"][0]["shape"] == [2]
    assert version["lineage"]["loggedModelId"].startswith("m-")
    registered = tracking.get_model_version(name, 1)
    assert (registered.status, registered.source[:9]) == ("READY", "models:/m")

    tracking.set_registered_model_alias(name, "champion", 1)
    tracking.transition_model_version_stage(name, 1, "Production")
    for where in ("1", "latest", "Production"):
        assert list(mlflow.pyfunc.load_model(f"models:/{name}/{where}").predict(X)) == [0, 1, 0, 1]
    assert list(mlflow.sklearn.load_model(f"models:/{name}@champion").predict(X)) == [0, 1, 0, 1]


def test_a_logged_model_is_registered_afterwards(people, tracking, name):
    info = logged()
    assert int(mlflow.register_model(info.model_uri, name).version) == 1
    assert seen(people, name)["artifact"]["files"] >= 4
    copied = tracking.copy_model_version(f"models:/{name}/1", f"{name}-copy")
    assert list(mlflow.pyfunc.load_model(f"models:/{name}-copy/{copied.version}").predict(X)) == [0, 1, 0, 1]


def test_a_directory_is_uploaded_and_registered_by_two_lines(people, uploads, model, tmp_path):
    directory = a_directory(tmp_path / "model", weights=b"w" * 1000, empty=b"")
    (tmp_path / "model" / "sub").mkdir()
    (tmp_path / "model" / "sub" / "notes.txt").write_text("some")
    get_artifact_repository(f"{ARTIFACTS}/{model}/7").log_artifacts(directory)
    uploads.create_model_version(model, f"{ARTIFACTS}/{model}/7")

    assert seen(people, model)["artifact"]["files"] == 3
    local = mlflow.artifacts.download_artifacts(f"models:/{model}/1", dst_path=str(tmp_path / "down"))
    with open(f"{local}/weights", "rb") as weights:
        assert weights.read() == b"w" * 1000
    with open(f"{local}/sub/notes.txt") as notes:
        assert notes.read() == "some"


def test_the_same_files_again_fail_with_the_version_that_has_them(uploads, model, tmp_path):
    source = f"{ARTIFACTS}/{model}/again"
    get_artifact_repository(source).log_artifacts(a_directory(tmp_path / "model", weights=b"w"))
    uploads.create_model_version(model, source)
    with pytest.raises(MlflowException, match=f"These files are {model} version 1"):
        uploads.create_model_version(model, source, await_creation_for=20)


def test_what_is_uploaded_is_listed_and_taken_back(uploads, model, tmp_path):
    files = get_artifact_repository(f"{ARTIFACTS}/{model}/own")
    files.log_artifacts(a_directory(tmp_path / "model", a=b"1", b=b"22"))
    assert [(one.path, one.file_size) for one in files.list_artifacts()] == [("a", 1), ("b", 2)]
    files.delete_artifacts("a")
    assert [one.path for one in files.list_artifacts()] == ["b"]


def test_a_reader_loads_and_uploads_nothing(people, governed, monkeypatch, name, tmp_path):
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "0")
    mlflow.set_registry_uri(URL)
    source = f"{ARTIFACTS}/{name}"
    directory = a_directory(tmp_path / "model", weights=b"w")
    get_artifact_repository(source).log_artifacts(directory)
    governed.create_registered_model(name)
    governed.create_model_version(name, source)
    people["reader"].as_client(monkeypatch)
    mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=str(tmp_path / "down"))
    with pytest.raises(Exception, match="403"):
        get_artifact_repository(source).log_artifacts(directory)
    mlflow.set_registry_uri(None)


def test_six_hundred_megabytes_go_in_parts(people, uploads, model, tmp_path, capsys):
    block, digest = np.random.default_rng(7).bytes(2**20), hashlib.sha256()
    (tmp_path / "model").mkdir()
    with open(tmp_path / "model" / "weights.bin", "wb") as weights:
        for _ in range(600):
            weights.write(block)
            digest.update(block)
    times = [time.monotonic()]
    get_artifact_repository(f"{ARTIFACTS}/{model}/large").log_artifacts(str(tmp_path / "model"))
    times.append(time.monotonic())
    uploads.create_model_version(model, f"{ARTIFACTS}/{model}/large", await_creation_for=120)
    times.append(time.monotonic())
    local = mlflow.artifacts.download_artifacts(f"models:/{model}/1", dst_path=str(tmp_path / "down"))
    times.append(time.monotonic())
    with open(f"{local}/weights.bin", "rb") as weights:
        assert hashlib.file_digest(weights, "sha256").hexdigest() == digest.hexdigest()
    assert seen(people, model)["artifact"]["bytes"] == 600 * 2**20
    up, registered, down = (f"{after - before:.1f} s" for before, after in zip(times, times[1:]))
    with capsys.disabled():
        print(f"\n600 MB: uploaded in {up}, registered in {registered}, downloaded in {down}")

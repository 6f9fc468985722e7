"""Real clusters: every way to get binaries, every identity, and the accidents."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg2
import pytest

from policeroom.runner import binaries, identity
from policeroom.runner.errors import RunnerError
from policeroom.runner.postgres import Cluster

pytestmark = pytest.mark.integration

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short (sockets), and passable for others, unlike pytest's own temporary directories."""
    path = Path(tempfile.mkdtemp(prefix="policeroom-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def make_cluster(folder: Path, **changes: object) -> Cluster:
    values = {
        "home": folder,
        "spare": folder,
        "runtime": folder,
        "binaries": binaries.postgres(),
        "identity": identity.choose(),
        "throwaway": True,
    }
    return Cluster(**{**values, **changes})


def ask(cluster: Cluster, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(cluster.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.mark.parametrize("source", ["wheel", "system"])
def test_cluster_is_made_used_and_stopped(
    source: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICEROOM_POSTGRES", source)
    try:
        cluster = make_cluster(folder)
    except RunnerError:
        pytest.skip(f"no PostgreSQL from the {source}")
    running = cluster.start()
    try:
        assert ask(cluster, "SELECT current_user, current_database()") == [
            ("policeroom_app", "policeroom")
        ]
        assert ask(
            cluster,
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles "
            "WHERE rolname = current_user",
        ) == [(False, False, False)]
        assert ask(cluster, "SELECT lower('ÄÉ') , '南京大学' ~ '^[[:alpha:]]+$'") == [("äé", True)]
    finally:
        running.stop()
    assert running.poll() == 0
    assert not (cluster.data / "postmaster.pid").exists()


def test_role_may_make_databases_only_in_a_throwaway_cluster(folder: Path) -> None:
    cluster = make_cluster(folder, throwaway=False)
    running = cluster.start()
    try:
        assert ask(cluster, "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user") == [
            (False,)
        ]
        assert ask(cluster, "SHOW fsync") == [("on",)]
    finally:
        running.stop()


def test_url_means_the_same_to_django_and_to_libpq(folder: Path) -> None:
    cluster = make_cluster(folder)
    parsed = environ.Env.db_url_config(cluster.url)
    assert parsed["ENGINE"] == "django.db.backends.postgresql"
    assert (parsed["NAME"], parsed["USER"], parsed["HOST"]) == ("policeroom", "policeroom_app", "")
    assert parsed["OPTIONS"] == {"host": str(cluster.sockets), "port": 5432}
    assert psycopg2.extensions.parse_dsn(cluster.url) == {
        "dbname": "policeroom",
        "user": "policeroom_app",
        "host": str(cluster.sockets),
        "port": "5432",
    }


def test_half_made_cluster_is_made_again(folder: Path) -> None:
    (folder / "postgres.init").mkdir()
    (folder / "postgres.init" / "PG_VERSION").write_text("18\n", "ascii")
    cluster = make_cluster(folder)
    running = cluster.start()
    running.stop()
    assert not (folder / "postgres.init").exists()
    assert (cluster.data / "global").is_dir()


def test_rows_survive_kill_9_and_the_next_start_works(folder: Path) -> None:
    cluster = make_cluster(folder, throwaway=False)
    running = cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    os.kill(running.pid, signal.SIGKILL)
    running.popen.wait()  # reaped, while its own children are still about
    again = cluster.start()
    try:
        assert ask(cluster, "SELECT count(*) FROM kept") == [(1000,)]
    finally:
        again.stop()


def test_data_of_another_version_is_refused(folder: Path) -> None:
    cluster = make_cluster(folder)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("11\n", "ascii")
    with pytest.raises(RunnerError, match="was made by PostgreSQL 11"):
        cluster.start()


def test_broken_cluster_shows_the_last_lines_of_the_server(folder: Path) -> None:
    cluster = make_cluster(folder)
    cluster.start().stop()
    (cluster.data / "postgresql.conf").write_text("no_such_setting = 1\n", "ascii")
    with pytest.raises(RunnerError, match="no_such_setting"):
        cluster.start()


@as_root
def test_without_user_namespaces_nobody_runs_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICEROOM_NO_USERNS", "1")
    cluster = make_cluster(folder)
    assert cluster.identity.name == "nobody"
    running = cluster.start()
    try:
        status = Path(f"/proc/{running.pid}/status").read_text("ascii")
        assert "Uid:\t65534\t65534\t65534\t65534" in status
        assert cluster.data.stat().st_uid == identity.NOBODY
        assert ask(cluster, "SELECT 1") == [(1,)]
    finally:
        running.stop()
    assert running.poll() == 0


@as_root
def test_nobody_and_private_project_uses_the_spare_place_and_its_own_binaries(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICEROOM_NO_USERNS", "1")
    private, spare, runtime = folder / "private", folder / "spare", folder / "run"
    private.mkdir(mode=0o700)
    runtime.mkdir(mode=0o700)
    found = binaries.postgres()
    monkeypatch.setattr(
        "policeroom.runner.postgres.passable",
        lambda path: private not in path.parents and path != private and path.name != "postgres",
    )
    cluster = make_cluster(private, spare=spare, runtime=runtime, binaries=found)
    running = cluster.start()
    try:
        assert cluster.data == spare / "postgres"
        assert (spare / "postgresql").is_dir()
        assert ask(cluster, "SELECT 1") == [(1,)]
    finally:
        running.stop()
    assert private.stat().st_mode & 0o777 == 0o700  # nobody opened it


@as_root
def test_data_changes_hands_between_nobody_and_namespace(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICEROOM_NO_USERNS", "1")
    make_cluster(folder).start().stop()
    monkeypatch.delenv("POLICEROOM_NO_USERNS")
    cluster = make_cluster(folder)
    running = cluster.start()
    try:
        assert ask(cluster, "SELECT 1") == [(1,)]
    finally:
        running.stop()

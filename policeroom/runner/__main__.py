"""`python -m policeroom.runner` runs everything; `... exec -- COMMAND` lends servers to COMMAND."""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

from policeroom.runner import paths
from policeroom.runner.errors import RunnerError
from policeroom.runner.process import Console, Service, tied
from policeroom.runner.servers import start_missing, throwaway
from policeroom.runner.supervisor import Plan, Signals, Supervisor, env_lines, run_one

USAGE = "usage: python -m policeroom.runner [run | exec -- COMMAND ...]"
#: Exit codes: asked to stop, something broke, the person has to change something first.
STOPPED, BROKEN, REFUSED = 0, 1, 2
PERSISTENT_PLACE = Path("/var/tmp")  # noqa: S108 -- kept over a restart; a private directory in it
#: A worker may be in the middle of an import; more than this is redelivered (acks_late).
WORKER_SECONDS = 60.0


def main(arguments: list[str]) -> int:
    match arguments:
        case [] | ["run"]:
            return run()
        case ["exec", "--", *command] if command:
            return lend(command)
        case _:
            print(USAGE, file=sys.stderr)
            return REFUSED


def run() -> int:
    """Everything, until Ctrl-C."""
    with ExitStack() as stack:
        try:
            port = _port()
            data = paths.data_dir()
            stack.enter_context(paths.take_lock(data))
            _check_port(port)
        except RunnerError as error:
            return _say(error, REFUSED)
        signals = Signals()
        stack.enter_context(signals.caught())
        stack.callback((data / "env").unlink, missing_ok=True)
        try:
            _supervise(data, port, signals)
        except RunnerError as error:
            return _say(error, BROKEN)
        return STOPPED


def lend(command: list[str]) -> int:
    """Throwaway servers (or those of DATABASE_URL and REDIS_URL) for one command."""
    signals = Signals()
    with signals.caught():
        try:
            with throwaway() as servers:
                return run_one(
                    tied(command, "TERM"), env={**os.environ, **servers}, signals=signals
                )
        except RunnerError as error:
            return _say(error, BROKEN)
        except FileNotFoundError as error:
            return _say(error, 127)


def _supervise(data: Path, port: int, signals: Signals) -> None:
    console = Console()
    (data / "static").mkdir(exist_ok=True)  # whitenoise warns when its folder is missing
    with ExitStack() as stack:
        servers = start_missing(
            data,
            PERSISTENT_PLACE / f"policeroom-{paths.digest(paths.PROJECT)}",
            paths.runtime_dir(),
            given=os.environ,
            throwaway=False,
            stack=stack,
        )
        for note in servers.notes:
            console.line("runner", note)
        env = {**_own_env(data), **servers.env}
        paths.write_private(data / "env", env_lines(env))
        supervisor = Supervisor(
            _plan(data, port),
            env={**os.environ, **env},
            cwd=paths.PROJECT,
            console=console,
            signals=signals,
        )
        supervisor.run(servers.running)
        console.line("runner", "stopping the servers")


def _own_env(data: Path) -> dict[str, str]:
    """What the settings need besides the servers; the person's own values win."""
    given = {
        name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)
    }
    return given | {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "SECRET_KEY": os.environ.get("SECRET_KEY") or paths.secret_key(data),
        "STATIC_ROOT": os.environ.get("STATIC_ROOT") or str(data / "static"),
        "HASHED_STATIC": os.environ.get("HASHED_STATIC") or "1",
    }


def _plan(data: Path, port: int) -> Plan:
    """The processes of policeroom. The worker stops after web and beat: nothing new arrives."""
    demo = _is_on("POLICEROOM_DEMO", "1")
    hashed = _is_on("HASHED_STATIC", "1") and not _is_on("DEBUG", "0")
    seed = (_manage("seed", "seed_demo", "--if-empty"),) if demo else ()
    return Plan(
        steps=(
            *((_static(data),) if hashed else ()),
            _manage("migrate", "migrate", "--noinput", "--verbosity=0"),
            *seed,
        ),
        services=(_worker(), _beat(data), _web(port)),
        port=port,
        path="/accounts/login/",
        announce=_manage("accounts", "demo_accounts") if demo else None,
        logs={name: data / f"{name}.log" for name in ("postgres", "valkey")},
    )


def _is_on(name: str, default: str) -> bool:
    return (os.environ.get(name) or default).lower() not in {"0", "false", "no", "off"}


def _manage(name: str, *arguments: str) -> Service:
    return Service(name, (sys.executable, "manage.py", *arguments))


def _static(data: Path) -> Service:
    """The files of production: see policeroom.runner.static."""
    module = "policeroom.runner.static"
    return Service("static", (sys.executable, "-m", module, str(data / "static.stamp")))


def _web(port: int) -> Service:
    """Blocking threads are capped: each holds a database connection."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options += ["--blocking-threads", "4", "--backpressure", "32", "--log-level", "warning"]
    command = (sys.executable, "-m", "granian", *options, "--no-access-log")
    return Service("web", (*command, "policeroom.wsgi:application"))


def _worker() -> Service:
    """When the runner is killed, so is the worker: asked politely it would wait for its broker,
    which is gone too. Celery's own children follow it; their task is delivered again.
    """
    options = ("-c", "1", "--loglevel", "warning", "--without-gossip", "--without-mingle")
    return Service(
        "worker",
        (*_celery("worker"), *options),
        signal.SIGTERM,
        stop_seconds=WORKER_SECONDS,
        death_signal="KILL",
    )


def _beat(data: Path) -> Service:
    options = ("--pidfile=", "--schedule", str(data / "beat-schedule"), "--loglevel", "warning")
    return Service("beat", (*_celery("beat"), *options))


def _celery(command: str) -> tuple[str, ...]:
    """Without its banner, and without its lecture to root: a container is often nothing else."""
    silence = "ignore:You're running the worker with superuser privileges"
    return (sys.executable, "-W", silence, "-m", "celery", "-q", "-A", "policeroom", command)


def _port() -> int:
    value = os.environ.get("PORT") or "8000"
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise RunnerError(f"PORT is {value!r}: use a number from 1 to 65535.")
    return int(value)


def _check_port(port: int) -> None:
    """Before anything starts: a crash loop in the log helps nobody."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise RunnerError(
                f"Port {port} cannot be used ({error.strerror}): "
                f"choose another one, for example `PORT={port + 1} make run`."
            ) from error


def _say(error: Exception, code: int) -> int:
    print(f"policeroom: {error}", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

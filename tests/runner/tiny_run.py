"""A whole run with fakes: `python -m tests.runner.tiny_run KIND PORT MARK`.

The supervisor takes over the signals of its process, so the tests watch it from outside.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from policeroom.runner import paths
from policeroom.runner.errors import RunnerError
from policeroom.runner.process import Console, Service
from policeroom.runner.servers import start_missing
from policeroom.runner.supervisor import Plan, Signals, Supervisor

PYTHON = sys.executable
CELERY = (PYTHON, "-m", "celery", "-q", "-A", "tests.runner.tiny_site")
GRANIAN = (PYTHON, "-m", "granian", "--interface", "wsgi", "--no-access-log", "--port")
PAGE = "tests.runner.tiny_site:application"
#: Says when it was asked to stop, so that the order shows.
POLITE = "trap 'echo leaving; exit 0' TERM; echo here; while :; do sleep 0.05; done"


def shell(name: str, script: str) -> Service:
    return Service(name, ("sh", "-c", script))


def make_plan(kind: str, port: int) -> Plan:
    web = Service("web", (*GRANIAN, str(port), PAGE))
    polite = (shell("worker", POLITE), shell("beat", POLITE))
    announce = shell("accounts", "echo lead / secret")
    match kind:
        case "polite":
            return Plan((shell("migrate", "echo done"),), (*polite, web), port, announce=announce)
        case "dying":
            return Plan((), (*polite, shell("web", "sleep 0.5; exit 7")), port)
        case "failing-step":
            return Plan((shell("migrate", "echo no table; exit 4"),), polite, port)
        case "stubborn":
            return Plan((), (shell("worker", "trap '' TERM; while :; do sleep 0.05; done"),), port)
        case "real":
            worker = Service("worker", (*CELERY, "worker", "-c", "1"), death_signal="KILL")
            schedule = str(Path(os.environ["TINY_FOLDER"], "beat"))
            beat = Service("beat", (*CELERY, "beat", "--pidfile=", "--schedule", schedule))
            return Plan((), (worker, beat, web), port)
    raise ValueError(kind)


def main(kind: str, port: str) -> int:
    signals = Signals()
    console = Console()
    with ExitStack() as stack:
        stack.enter_context(signals.caught())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=paths.temp_root())))
        os.environ["TINY_FOLDER"] = str(folder)
        env, running = dict(os.environ), []
        if kind == "real":
            servers = start_missing(folder, folder, folder, given={}, throwaway=True, stack=stack)
            running = servers.running
            env |= servers.env
        supervisor = Supervisor(
            make_plan(kind, int(port)),
            env=env,
            cwd=paths.PROJECT,
            console=console,
            signals=signals,
        )
        try:
            supervisor.run(running)
        except RunnerError as error:
            console.plain(str(error))
            return 1
    return 0


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # the tiny Celery application has no Django
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(sys.argv[1], sys.argv[2]))

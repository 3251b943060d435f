"""`manage.py sandbox [serve]`: the sandbox as a server, made ready first when need be."""

import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections


class Command(BaseCommand):
    help = "Migrate, make the default world when it is missing, and serve."
    requires_system_checks: list = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.SANDBOX_PORT)
        parser.add_argument("--inventory", help="rentable numbers of the default world, when it is made")
        parser.add_argument("--workers", type=int, default=2, help="server processes, of eight threads each")
        parser.add_argument(
            "--ready-fd", type=int, help="an open file that is told the address once it answers"
        )

    def handle(
        self, *, host: str, port: int, inventory: str | None, workers: int, ready_fd: int | None, **_: Any
    ) -> None:
        address = self._bound(host, port)
        port = address.getsockname()[1]
        if not os.environ.get("SANDBOX_URL"):
            # Links and credentials name the address really served, whatever --port says.
            settings.SANDBOX_URL = f"http://{host}:{port}"
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        call_command("seed", if_missing=True, **({"inventory": inventory} if inventory else {}))
        connections.close_all()  # the server processes open their own
        self._serve(f"http://{host}:{port}", ready_fd, _gunicorn(address.detach(), workers))

    def _bound(self, host: str, port: int) -> socket.socket:
        """A socket at the address, held from now on: nobody takes the port while the world is made."""
        address = socket.socket()
        address.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            address.bind((host, port))
        except OSError as error:
            address.close()
            raise CommandError(
                f"Port {port} of {host} is taken: stop what uses it, or set SANDBOX_PORT to another."
            ) from error
        return address

    def _serve(self, url: str, ready_fd: int | None, config: dict[str, Any]) -> None:
        from gunicorn.app.base import BaseApplication

        def ready(_server: Any) -> None:
            self.stdout.write(f"Sandbox ready on {url}/core/v2")
            self.stdout.flush()
            if ready_fd is not None:
                with os.fdopen(ready_fd, "w") as told:
                    told.write(url)

        class Server(BaseApplication):
            def load_config(self) -> None:
                hooks = {"when_ready": ready, "post_worker_init": _begin_duties}
                for name, value in {**config, **hooks}.items():
                    self.cfg.set(name, value)

            def load(self) -> Any:
                from sandbox.wsgi import application

                return application

        Server().run()


def _begin_duties(_worker: Any) -> None:
    """Each server process sees to what falls due, and to callbacks; they share the work by the database."""
    from sandbox import background, batch, callbacks, clock

    background.start(clock.settle_all, callbacks.deliver_due)
    background.start(batch.run_due)  # beside the others: a batch may take minutes


def _gunicorn(address: int, workers: int) -> dict[str, Any]:
    return {
        "bind": f"fd://{address}",
        "worker_class": "gthread",
        "workers": workers,
        "threads": 8,
        "timeout": 120,
        "graceful_timeout": 3,
        "keepalive": 30,
        "limit_request_line": 0,  # long filters are refused by us, in the documented envelope
        "limit_request_field_size": 16_384,
        "loglevel": "warning",
        "control_socket_disable": True,
        "preload_app": True,
    }

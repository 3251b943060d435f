"""A carrier in between that reads well and never answers a write: it keeps it, or only what came of it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests


class Swallowing:
    """Runs in front of `origin`, an address, until `stop`; `swallowed` counts the writes without an answer.

    With `delivers` they reach `origin` and are done there before they are counted.
    """

    def __init__(self, origin: str, *, delivers: bool = False) -> None:
        self.swallowed = 0
        self._delivers = delivers
        self._counting = threading.Lock()
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(origin))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self, origin: str) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = self._passed_on()
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def do_POST(self) -> None:
                if front._delivers:
                    self._passed_on()
                with front._counting:
                    front.swallowed += 1
                front._stopped.wait()
                self.close_connection = True

            def do_PATCH(self) -> None:
                self.do_POST()

            def do_DELETE(self) -> None:
                self.do_POST()

            def _passed_on(self) -> requests.Response:
                headers = {name: value for name, value in self.headers.items() if name != "Host"}
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                return requests.request(
                    self.command, origin + self.path, headers=headers, data=body, timeout=20
                )

            def log_message(self, *_: object) -> None:
                pass

        return Handler

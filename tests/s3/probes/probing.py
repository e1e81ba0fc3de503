"""How tests probe."""

import socket
import threading


class RawServer:
    """Says the same bytes to everybody, whatever they are, and counts connections."""

    def __init__(self, said: bytes) -> None:
        self._said = said
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.visits = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            visitor, _ = self._listener.accept()
            with visitor:
                heard = visitor.recv(65_536)
                if heard == b"stop":
                    return
                self.visits += 1
                visitor.sendall(self._said)

    def stop(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as visitor:
            visitor.sendall(b"stop")
            self._thread.join()
        self._listener.close()

"""A store that answers each request alike, after a while if that is wanted: `python -m bench.slow_store PORT DELAY`.

It checks no signature: what is measured is ours. One process with one loop, so that it costs little beside it. Where
thousands of answers a second are wanted, and none late, nginx stands in a store's place (`bench.site.QuickStore`): it
cannot wait, and this one is not as quick.
"""

import asyncio
import sys
import time
from email.utils import formatdate

_HEAD = (
    "HTTP/1.1 206 Partial Content\r\nContent-Type: application/pdf\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/22"
)
_FILE = (
    'ETag: "0123456789abcdef0123456789abcdef"\r\nAccept-Ranges: bytes\r\nServer: AmazonS3\r\nx-amz-request-id: BENCH'
)


class _Store(asyncio.Protocol):
    delay = 0.0

    def __init__(self) -> None:
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            self._heard = self._heard.partition(b"\r\n\r\n")[2]
            if self.delay:
                asyncio.get_running_loop().call_later(self.delay, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if isinstance(self._transport, asyncio.WriteTransport) and not self._transport.is_closing():
            date = formatdate(time.time(), usegmt=True)
            self._transport.write(f"{_HEAD}\r\n{_FILE}\r\nDate: {date}\r\n\r\nx".encode())


async def serve(port: int, delay: float) -> None:
    _Store.delay = delay
    server = await asyncio.get_running_loop().create_server(_Store, "127.0.0.1", port)
    print("Listening")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))

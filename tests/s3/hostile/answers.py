"""Stores that answer with whatever they like, each as a script that plays on a connection."""

import contextlib
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import closing

Script = Callable[[socket.socket], None]


class Server:
    """It reads a request, plays its script, and hangs up."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._clients: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._clients.append(client)
            self._threads.append(threading.Thread(target=self._play, args=(client,), daemon=True))
            self._threads[-1].start()

    def _play(self, client: socket.socket) -> None:
        with closing(client), contextlib.suppress(OSError):
            client.settimeout(20)
            client.recv(65536)
            self._script(client)

    def stop(self) -> None:
        """A thread that accepts, receives or sends does so for ever on a socket that is merely closed."""
        with closing(self._listening), contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for client in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


def body(content: bytes, *headers: bytes, length: int | None = None, status: bytes = b"200 OK") -> Script:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % (len(content) if length is None else length), *headers]

    def play(client: socket.socket) -> None:
        client.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        for start in range(0, len(content), 1 << 20):
            client.sendall(content[start : start + (1 << 20)])

    return play


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Script:
    def play(client: socket.socket) -> None:
        client.sendall(head)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            client.sendall(piece)
            time.sleep(pause)

    return play


def listing(inner: bytes) -> bytes:
    return b'<?xml version="1.0"?><ListBucketResult><Name>files</Name>' + inner + b"</ListBucketResult>"


OK = b"HTTP/1.1 200 OK\r\n"
DEEP = b"<a>" * 60_000 + b"</a>" * 60_000
ENTRY = b"<Contents><Key>k</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
BOMB = (
    b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'"><!ENTITY d "' + b"&c;" * 1000
) + b'">]><Error><Code>&d;</Code></Error>'


def outside(entity: bytes) -> bytes:
    return b"<!DOCTYPE a [<!ENTITY b " + entity + b">]><Error><Code>&b;</Code><Message>&b;</Message></Error>"


ZIPPED = gzip.compress(bytes(50_000_000))
# One byte that is repeated 16 million times, as brotli and Zstandard write it; nothing here need read it.
BROTLI = b"\x5b\xff\xff\x7f\x01\x00\x24\x61\x62\x63\x03" + bytes(4_000)
ZSTANDARD = b"\x28\xb5\x2f\xfd\xa4" + b"\x00\x00\x00\x40" + b"\x02\x00\x10\x00" * 8_000

LONG: dict[str, Script] = {
    "huge": endless(OK + b"Content-Length: 999999999999\r\n\r\n" + listing(b"")[:40], ENTRY * 700),
    "huge-without-length": endless(OK + b"\r\n", ENTRY * 700),
    "huge-chunked": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "huge-error": endless(b"HTTP/1.1 403 Forbidden\r\n\r\n<Error><Message>", b"x" * 65536),
    "many-elements": body(listing(b"<a/>" * 800_000)),
    "many-attributes": body(listing(b"<a " + b" ".join(b'a%d=""' % n for n in range(300_000)) + b"/>")),
    "endless-headers": endless(OK, b"X-A: " + b"b" * 4000 + b"\r\n"),
    "many-headers": endless(OK, b"X-A: b\r\n"),
    "long-headers": endless(OK, b"X-A: " + b"b" * 60_000 + b"\r\n"),
    "endless-header-line": endless(OK + b"X-A: ", b"b" * 65536),
    "endless-status-line": endless(b"HTTP/1.1 200 ", b"b" * 65536),
    "endless-continue": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "endless-chunk-size": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536),
    "endless-trailers": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n" * 1000),
}
SLOW: dict[str, Script] = {
    "silent": endless(b"", b"", 0.2),
    "dripped-body": endless(OK + b"Content-Length: 100000\r\n\r\n", b"<", 0.1),
    "dripped-headers": endless(OK, b"x", 0.1),
    "dripped-chunks": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.1),
    "lying-length": endless(OK + b"Content-Length: 100000\r\n\r\n" + listing(b""), b"", 0.2),
}
NONSENSE: dict[str, Script] = {
    "deep": body(listing(DEEP)),
    "deep-error": body(b"<Error>" + DEEP + b"</Error>", status=b"403 Forbidden"),
    "bomb": body(BOMB, status=b"403 Forbidden"),
    "utf-16": body('<?xml version="1.0" encoding="UTF-16"?><ListBucketResult/>'.encode("utf-16")),
    "utf-7": body(b'<?xml version="1.0" encoding="utf-7"?><ListBucketResult/>'),
    "unknown-encoding": body(
        b'<?xml version="1.0" encoding="no-such-thing"?><a/>', b"Content-Type: text/xml; charset=x"
    ),
    "nul": body(b"\0" * 5000),
    "nul-in-xml": body(listing(b"<Contents><Key>\0</Key></Contents>")),
    "not-utf-8": body(b"\xff\xfe\xfd" * 100, status=b"500 Oops"),
    "gzip": body(ZIPPED, b"Content-Encoding: gzip"),
    "gzip-error": body(ZIPPED, b"Content-Encoding: gzip", status=b"403 Forbidden"),
    "gzip-layers": body(gzip.compress(gzip.compress(ZIPPED)), b"Content-Encoding: gzip, gzip, gzip"),
    "gzip-many-layers": body(ZIPPED, b"Content-Encoding: " + b", ".join([b"gzip"] * 5_000)),
    "gzip-members": body(ZIPPED * 20, b"Content-Encoding: x-gzip"),
    "gzip-in-transfer": body(ZIPPED, b"Transfer-Encoding: gzip"),
    "deflate": body(zlib.compress(bytes(50_000_000)), b"Content-Encoding: deflate"),
    "brotli": body(BROTLI, b"Content-Encoding: br"),
    "brotli-in-gzip": body(gzip.compress(BROTLI), b"Content-Encoding: br, gzip"),
    "zstd": body(ZSTANDARD, b"Content-Encoding: zstd"),
    "encoding-of-wonder": body(listing(ENTRY), b"Content-Encoding: \xff, \t,,identity;q=0"),
    "external-file": body(outside(b'SYSTEM "file:///etc/passwd"'), status=b"403 Forbidden"),
    "external-listing": body(
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + listing(ENTRY.replace(b">k<", b">&b;<"))
    ),
    "external-document-type": body(b'<!DOCTYPE Error SYSTEM "file:///etc/passwd"><Error><Code>A</Code></Error>'),
    "parameter-entities": body(
        b'<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"><!ENTITY % c "<!ENTITY d SYSTEM \'file:///%b;\'>">%b;%c;]>'
        b"<Error><Code>&d;</Code></Error>",
        status=b"403 Forbidden",
    ),
    "xinclude": body(
        listing(b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>')
    ),
    "quadratic-entity": body(
        b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100_000 + b'">]><Error><Code>' + b"&b;" * 20_000 + b"</Code></Error>",
        status=b"403 Forbidden",
    ),
    "self-entity": body(b'<!DOCTYPE a [<!ENTITY b "&c;"><!ENTITY c "&b;">]><Error><Code>&b;</Code></Error>'),
    "long-name": body(listing(b"<" + b"a" * 500_000 + b"/>")),
    "long-comment": body(listing(b"<!--" + b"- " * 250_000 + b"-->")),
    "utf-16-error": body("<Error><Code>AccessDenied</Code></Error>".encode("utf-16"), status=b"403 Forbidden"),
    "utf-16-without-mark": body('<?xml version="1.0"?><ListBucketResult/>'.encode("utf-16-be")),
    "utf-32": body('<?xml version="1.0" encoding="UTF-32"?><ListBucketResult/>'.encode("utf-32")),
    "surrogates": body(listing(b"<Contents><Key>\xed\xa0\x80</Key><Size>1</Size></Contents>")),
    "nul-in-headers": body(b"<a/>", b"Server: a\0b", b"ETag: \0", b"x-amz-request-id: \0" * 3),
    "date": body(listing(ENTRY.replace(b"2026-01-01", b"9999999999-99-99"))),
    "size": body(listing(ENTRY.replace(b"<Size>1<", b"<Size>" + b"9" * 5000 + b"<"))),
    "no-key": body(listing(b"<Contents><Size>1</Size></Contents>")),
    "no-size": body(listing(b"<Contents><Key>k</Key></Contents>")),
    "json": body(b'{"a": ' * 5000),
    "html": body(b"<html><body>Sign in, please<br></body></html>", b"Content-Type: text/html"),
    "cut-off": body(listing(ENTRY)[:-30], length=5000),
    "bad-chunks": body(b"", b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n"),
    "negative-chunks": body(b"", b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n"),
    "huge-chunk": body(b"", b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 200 + b"\r\nx\r\n"),
    "negative-length": body(listing(b"")[:20], b"Content-Length: -1"),
    "no-http": body(b"", status=b"\0\0\0"),
    "ssh": lambda client: client.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "nothing": lambda _client: None,
    "status": body(b"<a/>", status=b"999999 Oops"),
    "bad-header": body(b"<a/>", b"no colon at all", b"\xff\xfe: \xfd"),
    "headers-of-wonder": body(
        b"",
        b"Last-Modified: Mon, 99 Foo 99999 99:99:99",
        b"Expires: never",
        b'x-amz-expiration: expiry-date="nonsense"',
        b"x-amz-checksum-crc32: !!!!",
        b"x-amz-mp-parts-count: many",
    ),
    "checksum": body(listing(ENTRY), b"x-amz-checksum-crc32: AAAAAA=="),
    "error-of-wonder": body(b"<Error><Code></Code><Message/><Region><a/></Region></Error>", status=b"400 Bad"),
    "other-document": body(b"<LifecycleConfiguration><Rule><ID>1</ID></Rule></LifecycleConfiguration>"),
}
SCRIPTS = LONG | SLOW | NONSENSE

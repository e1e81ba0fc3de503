"""Ports of this machine, on loopback: which are free, and which answer."""

import http.client
import socket

HOST = "127.0.0.1"


def port_is_free(port: int) -> bool:
    with socket.socket() as candidate, socket.socket() as visitor:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
        except OSError:
            return False
        return visitor.connect_ex((HOST, port)) != 0


def free_port(*preferred: int) -> int:
    """The first of the preferred ports that nobody listens on, else one that the system chooses."""
    for port in preferred:
        if port_is_free(port):
            return port
    with socket.socket() as candidate:
        candidate.bind((HOST, 0))
        return int(candidate.getsockname()[1])


def connects(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex((HOST, port)) == 0


def serves(port: int) -> bool:
    """Whether a page comes, of whatever kind; a server error is none."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/admin/login/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

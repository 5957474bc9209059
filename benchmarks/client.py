"""A closed-loop load generator that leaves the cores to the server: one process, one epoll, requests made beforehand.

Each connection sends its next request when the answer to the one before is in. Every answer must be one of those
expected; anything else ends the benchmark.
"""

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_WAIT = 60


class Failed(Exception):
    """The server answered what it should not, or nothing."""


@dataclass
class Load:
    """`seconds` from the first request to the last answer, `latencies` of each in seconds, `answers` by status."""

    seconds: float
    latencies: list[float]
    answers: dict[int, int]

    def percentile(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """One keep-alive connection and the answer it waits for."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.began = 0.0

    def send(self, data: bytes) -> None:
        self.answer = b""
        self.began = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> int:
        """Reads what is there. Returns the status once the answer is complete, else 0."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise Failed("the server closed the connection")
        self.answer += part
        head, end, body = self.answer.partition(b"\r\n\r\n")
        return int(head[9:12]) if end and len(body) >= length(head) else 0


def length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    if at < 0:
        raise Failed(f"an answer without a length: {head[:200]!r}")
    return int(head[at + 15 :].split(b"\r\n", 1)[0])


def run(port: int, requests: Sequence[bytes], clients: int, expected: Sequence[int]) -> Load:
    """Sends all requests over `clients` connections. Raises Failed on an answer whose status is not expected."""
    connections = [Connection(port) for _ in range(min(clients, len(requests)))]
    try:
        return drive(connections, requests, expected)
    finally:
        for each in connections:
            each.socket.close()


def drive(connections: list[Connection], requests: Sequence[bytes], expected: Sequence[int]) -> Load:
    waiting = {each.socket.fileno(): each for each in connections}
    left = iter(requests)
    load = Load(0.0, [], dict.fromkeys(expected, 0))
    with select.epoll() as poll:
        began = time.perf_counter()
        for fd, each in waiting.items():
            each.send(next(left))
            poll.register(fd, select.EPOLLIN)
        busy = len(waiting)
        while busy:
            ready = poll.poll(LONGEST_WAIT)
            if not ready:
                raise Failed(f"no answer within {LONGEST_WAIT} seconds")
            for fd, _ in ready:
                busy -= step(waiting[fd], left, load)
        load.seconds = time.perf_counter() - began
    return load


def step(connection: Connection, left, load: Load) -> bool:
    """Takes an answer and sends the next request. Returns whether there was none left to send."""
    status = connection.receive()
    if not status:
        return False
    if status not in load.answers:
        raise Failed(f"answered {status}: {connection.answer[-500:]!r}")
    load.answers[status] += 1
    load.latencies.append(time.perf_counter() - connection.began)
    following = next(left, None)
    if following is None:
        return True
    connection.send(following)
    return False

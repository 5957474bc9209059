"""The queue and its thread: bounded, patient with the console, never with the user's exit."""

import threading
import time

from lineage_capture import sending
from lineage_capture.sending import Sender


class Other:
    """The other side. `up` says whether it takes events, `seconds` how long it takes for one."""

    def __init__(self, up: bool = True, seconds: float = 0):
        self.up, self.seconds = up, seconds
        self.got, self.tries = [], 0
        self.threads = set()

    def __call__(self, item) -> bool:
        self.tries += 1
        self.threads.add(threading.current_thread())
        time.sleep(self.seconds)
        if self.up:
            self.got.append(item)
        return self.up


def test_delivers_in_order_on_another_thread():
    other = Other()
    sender = Sender(other, 0)
    for number in range(50):
        sender.put(number)
    sender.flush(10)
    assert other.got == list(range(50))
    assert threading.current_thread() not in other.threads
    assert len(other.threads) == 1


def test_a_short_program_waits_for_no_grace():
    other = Other()
    sender = Sender(other, 30)
    sender.put("only")
    began = time.monotonic()
    sender.flush(10)
    assert other.got == ["only"]
    assert time.monotonic() - began < 1


def test_drops_the_oldest(monkeypatch):
    other = Other(up=False)
    sender = Sender(other, 0.2)
    for number in range(sending.CAPACITY + 10):
        sender.put(number)
    other.up = True
    sender.flush(10)
    assert other.got == list(range(10, sending.CAPACITY + 10))
    assert sender.dropped == 10


def test_putting_takes_no_time_while_the_other_side_is_silent():
    sender = Sender(Other(seconds=60), 0)
    began = time.monotonic()
    for number in range(100):
        sender.put(number)
        time.sleep(0.0005)
    assert time.monotonic() - began < 1


def test_gives_up_at_exit():
    for other in (Other(seconds=60), Other(up=False, seconds=0.1)):
        sender = Sender(other, 0)
        sender.put("lost")
        began = time.monotonic()
        sender.flush(1.0)
        assert time.monotonic() - began < 1.5
        assert other.tries <= sending.FAILURES_AT_EXIT + 1


def test_waits_longer_after_each_failure_and_goes_on_where_it_was():
    other = Other(up=False)
    sender = Sender(other, 0)
    sender.put("first")
    sender.put("second")
    time.sleep(0.3)
    assert other.tries == 1
    time.sleep(1.2)
    assert other.tries == 2
    other.up = True
    sender.flush(10)
    assert other.got == ["first", "second"]


def test_what_cannot_be_made_is_left_out():
    got = []

    def deliver(item) -> bool:
        if item == "bad":
            raise ValueError("no such facet")
        got.append(item)
        return True

    sender = Sender(deliver, 0)
    for item in ("a", "bad", "b"):
        sender.put(item)
    sender.flush(10)
    assert got == ["a", "b"]

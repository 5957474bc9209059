"""Takes events out of the user's way: a bounded queue that drops its oldest, and one daemon thread that builds and
sends them with openlineage-python, which nobody else imports. A console that is down, slow or silent costs the
user's program nothing but, at exit, the flush's few seconds.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable

from .trouble import log, warn_once

CAPACITY = 1000
# Seconds. The first event waits so long for company: a program's busiest moment is not ours.
GRACE = 1.0
LONGEST_PAUSE = 60.0
FAILURES_AT_EXIT = 2


class Sender:
    """`deliver(item)` is called on the thread, for one item after another. It says whether to go on: False means
    that the other side cannot take it now (the item stays first), and nothing is tried for a while."""

    def __init__(self, deliver: Callable[[object], bool], grace: float | None = None):
        self.deliver = deliver
        self.grace = GRACE if grace is None else grace
        self.reset()
        os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        self.queue: deque = deque(maxlen=CAPACITY)
        self.wake = threading.Condition()
        self.thread: threading.Thread | None = None
        self.closing = False
        self.failures = 0
        self.dropped = 0

    def put(self, item: object) -> None:
        """Never waits, never raises for what the other side does."""
        with self.wake:
            self.dropped += len(self.queue) == CAPACITY
            self.queue.append(item)
            self.wake.notify_all()
            if self.thread is None:
                self.start()

    def start(self) -> None:
        self.thread = threading.Thread(target=self.run, name="lineage-capture", daemon=True)
        self.thread.start()

    def run(self) -> None:
        self.pause(self.grace)
        while self.work():
            pass

    def work(self) -> bool:
        """One step of the thread; False at its end."""
        with self.wake:
            if not self.queue:
                if self.closing:
                    return False
                self.wake.wait()
                return True
            item = self.queue.popleft()
        if self.delivered(item):
            self.failures = 0
            return True
        return self.failed(item)

    def delivered(self, item: object) -> bool:
        try:
            return self.deliver(item)
        except Exception as error:
            warn_once(f"An event of lineage could not be made or sent: {type(error).__name__}: {error}")
            return True

    def failed(self, item: object) -> bool:
        with self.wake:
            if len(self.queue) < CAPACITY:
                self.queue.appendleft(item)
            else:
                self.dropped += 1
        self.failures += 1
        if self.closing:
            return self.failures < FAILURES_AT_EXIT
        self.pause(min(2.0 ** (self.failures - 1), LONGEST_PAUSE))
        return True

    def pause(self, seconds: float) -> None:
        """Ended early by the flush, after which failures count anew."""
        with self.wake:
            if self.wake.wait_for(lambda: self.closing, seconds):
                self.failures = 0

    def flush(self, seconds: float) -> None:
        """Sends what is left and ends the thread; gives up after `seconds`."""
        thread = self.thread
        if thread is None:
            return
        began = time.monotonic()
        with self.wake:
            self.closing = True
            self.wake.notify_all()
        thread.join(seconds)
        left = len(self.queue) + self.dropped
        log.debug("flushed in %.2f s, %d events not delivered", time.monotonic() - began, left)
        if left:
            log.info("%d events of lineage could not be delivered", left)

"""The WSGI application as a worker process of the server loads it."""

import signal

# Ctrl-C reaches the whole process group, and the server then tells its workers by SIGTERM. A worker of granian 2.8
# that gets both in one moment may hang until it is killed, so SIGTERM is the only one that it hears.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

from .wsgi import application  # noqa: E402

__all__ = ["application"]

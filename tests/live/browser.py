"""What headless browsers have in common, whatever protocol they are driven by."""
import base64
import os
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer_of(connect, name, seconds):
    """Of who was just started: connect(), as soon as that works."""
    for _ in range(10 * seconds):
        try:
            return connect()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{name} does not answer")


class HeadlessBrowser:
    """`with` ends it and all its processes. Who derives from it has script() and screenshot()."""

    def __init__(self, command, **environment):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True, env=os.environ | environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def wait(self, text, *arguments, seconds=20):
        """Until the expression is true: its value, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.script("return " + text, *arguments)
            if value:
                return value
            time.sleep(0.1)
        return None

    def picture(self, path):
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.screenshot()))

"""A browser by the W3C WebDriver protocol: as much of it as the tests of pages need, with the standard library."""
import base64
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

# Nothing that calls home, and a profile of its own.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"]


class Browser:
    """Headless Chromium; `with` ends it and all its processes."""

    def __init__(self, profile, width=1440, height=1000):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            self._wait_for_driver()
            flags = FLAGS + [f"--user-data-dir={profile}", f"--window-size={width},{height}"]
            wanted = {"goog:chromeOptions": {"args": flags}, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
            session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
            self.base += "/session/" + session["sessionId"]
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        try:
            os.killpg(self.driver.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.driver.wait()

    def _wait_for_driver(self):
        for _ in range(100):
            try:
                self._call("GET", "/status")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("chromedriver does not answer")

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self._call("POST", "/url", {"url": url})

    def script(self, text, *arguments):
        return self._call("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def wait(self, text, *arguments, seconds=20):
        """Until the expression is true: its value, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.script("return " + text, *arguments)
            if value:
                return value
            time.sleep(0.1)
        return None

    def press(self, key):
        down, up = {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [down, up]}]})

    def point(self, x, y):
        move = {"type": "pointerMove", "x": int(x), "y": int(y), "duration": 0}
        self._call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move]}]})

    def picture(self, path):
        with open(path, "wb") as out:
            out.write(base64.b64decode(self._call("GET", "/screenshot")))

    def resize(self, width, height):
        self._call("POST", "/window/rect", {"width": width, "height": height})

    def log(self, kind):
        return self._call("POST", "/se/log", {"type": kind})

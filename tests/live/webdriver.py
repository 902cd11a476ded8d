"""Chromium by the W3C WebDriver protocol: as much of it as the tests of pages need, with the standard library."""
import json
import urllib.request

from browser import HeadlessBrowser, answer_of, free_port

# Nothing that calls home, and a profile of its own.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"]


class Chromium(HeadlessBrowser):
    def __init__(self, profile, width=1440, height=1000):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        super().__init__(["chromedriver", f"--port={port}"])
        try:
            answer_of(lambda: self._call("GET", "/status"), "chromedriver", 10)
            flags = FLAGS + [f"--user-data-dir={profile}", f"--window-size={width},{height}"]
            wanted = {"goog:chromeOptions": {"args": flags}, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
            session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
            self.base += "/session/" + session["sessionId"]
        except BaseException:
            self.end()
            raise

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

    def press(self, key):
        down, up = {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [down, up]}]})

    def point(self, x, y):
        move = {"type": "pointerMove", "x": int(x), "y": int(y), "duration": 0}
        self._call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move]}]})

    def screenshot(self):
        return self._call("GET", "/screenshot")

    def resize(self, width, height):
        self._call("POST", "/window/rect", {"width": width, "height": height})

    def log(self, kind):
        return self._call("POST", "/se/log", {"type": kind})

"""Firefox by its own remote protocol, Marionette: as much of it as the tests of pages need, with the standard library."""
import base64
import json
import os
import signal
import socket
import subprocess
import time

# Nothing that calls home.
PREFERENCES = {"app.normandy.enabled": False, "app.update.disabledForTesting": True, "browser.shell.checkDefaultBrowser": False,
               "datareporting.policy.dataSubmissionEnabled": False, "network.captive-portal-service.enabled": False,
               "network.connectivity-service.enabled": False, "toolkit.telemetry.enabled": False}


class Firefox:
    """Headless; `with` ends it and all its processes."""

    def __init__(self, profile, width=1440, height=1000):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with open(os.path.join(profile, "user.js"), "w") as out:
            for name, value in (PREFERENCES | {"marionette.port": port}).items():
                out.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile, f"--width={width}", f"--height={height}"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True, env=dict(os.environ, HOME=profile))
        self.stream, self.calls = None, 0
        try:
            self._connect(port)
            self._read()  # who it is
            self._call("WebDriver:NewSession", {})
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        if self.stream:
            self.stream.close()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def _connect(self, port):
        for _ in range(600):
            try:
                self.stream = socket.create_connection(("127.0.0.1", port), timeout=60)
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("Firefox does not answer")

    def _read(self):
        """A message: its length in octets, a colon, JSON."""
        text = b""
        while b":" not in text:
            text += self._piece(1)
        length, text = int(text[:-1]), b""
        while len(text) < length:
            text += self._piece(length - len(text))
        return json.loads(text)

    def _piece(self, most):
        piece = self.stream.recv(most)
        if not piece:
            raise RuntimeError("Firefox has gone")
        return piece

    def _call(self, name, parameters):
        self.calls += 1
        text = json.dumps([0, self.calls, name, parameters]).encode()
        self.stream.sendall(b"%d:%s" % (len(text), text))
        _, _, error, value = self._read()
        if error:
            raise RuntimeError(error["message"])
        return value

    def open(self, url):
        self._call("WebDriver:Navigate", {"url": url})

    def script(self, text, *arguments):
        return self._call("WebDriver:ExecuteScript", {"script": text, "args": list(arguments)})["value"]

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
            out.write(base64.b64decode(self._call("WebDriver:TakeScreenshot", {"full": False})["value"]))

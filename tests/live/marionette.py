"""Firefox by its own remote protocol, Marionette: as much of it as the tests of pages need, with the standard library."""
import json
import os
import socket

from browser import HeadlessBrowser, answer_of, free_port

# Nothing that calls home.
PREFERENCES = {"app.normandy.enabled": False, "app.update.disabledForTesting": True, "browser.shell.checkDefaultBrowser": False,
               "datareporting.policy.dataSubmissionEnabled": False, "network.captive-portal-service.enabled": False,
               "network.connectivity-service.enabled": False, "toolkit.telemetry.enabled": False}


class Firefox(HeadlessBrowser):
    def __init__(self, profile, width=1440, height=1000):
        port = free_port()
        with open(os.path.join(profile, "user.js"), "w") as out:
            for name, value in (PREFERENCES | {"marionette.port": port}).items():
                out.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        self.stream, self.calls = None, 0
        super().__init__(["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile,
                          f"--width={width}", f"--height={height}"], HOME=profile)
        try:
            self.stream = answer_of(lambda: socket.create_connection(("127.0.0.1", port), timeout=60), "Firefox", 60)
            self._read()  # who it is
            self._call("WebDriver:NewSession", {})
        except BaseException:
            self.end()
            raise

    def end(self):
        if self.stream:
            self.stream.close()
        super().end()

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

    def screenshot(self):
        return self._call("WebDriver:TakeScreenshot", {"full": False})["value"]

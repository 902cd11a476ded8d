"""What the live page does in a real browser: a line for each thing that was checked.

usage: page.py BROWSER URL PROFILE_FOLDER SERVER_PID        PAGE_SHOTS=DIR keeps pictures

BROWSER is chromium or firefox. In Firefox only what depends on the browser is looked at: drawing, events, requests.
"""
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse

from marionette import Firefox
from webdriver import Chromium


def check(name, good, why=""):
    print(f"ok {name}" if good else f"not ok {name}: {why}", flush=True)
    return good


def rows(page, kind):
    return page.script("return document.querySelectorAll(arguments[0]).length", ".row" + kind)


def set_knob(page, name, steps):
    """Moves a slider as a hand does."""
    page.script("const knob = document.getElementById(arguments[0]); knob.value = arguments[1];"
                "knob.dispatchEvent(new Event('input', {bubbles: true}))", name, steps)


def places(page):
    return page.script("return [...document.querySelectorAll('.panel')].map((p) => JSON.stringify(p.getBoundingClientRect()))")


def loading(page, url):
    page.open(url)
    page.script("window.shifts = []; new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((e) => e.value)))"
                ".observe({type: 'layout-shift', buffered: true})")
    check("the page loads, and events arrive", page.wait("document.getElementById('status')?.dataset.is === 'live'"),
          page.script("return document.body.innerText.slice(0, 200)"))
    check("the ladder has the handshake of the connection that carries the page",
          page.wait("[...document.querySelectorAll('.row .label')].some((l) => l.textContent.startsWith('SYN seq 0'))"))
    check("its rows keep coming", page.wait("document.querySelectorAll('.row').length >= 6"), rows(page, ""))
    lit = "document.querySelector('.node.us')?.textContent"
    check("ESTABLISHED is lit", page.wait(lit + " === 'ESTABLISHED'"), page.script("return " + lit))
    check("the client's state is shown, too", page.script("return document.querySelector('.node.peer')?.textContent") == "ESTABLISHED")
    check("states and arrows come from the table", page.script("return document.querySelectorAll('.arrow').length") >= 25)
    check("cwnd is drawn", page.wait("document.querySelector('.curve.cwnd')?.getAttribute('d')?.length > 20"))


def bytes_and_fields(page):
    if not check("a packet's bytes are shown", page.wait("document.querySelectorAll('.octet').length >= 40")):
        return
    x, y = page.script("const r = document.querySelector('[data-octet=\"12\"]').getBoundingClientRect();"
                       "return [r.x + r.width / 2, r.y + r.height / 2]")
    page.point(x, y)
    told = "document.getElementById('readout').textContent"
    check("a byte under the mouse is told with its field", page.wait(told + ".startsWith('Source Address')"), page.script("return " + told))
    check("all bytes of that field are lit", page.script("return document.querySelectorAll('.octet.lit').length") == 4)


def recovery(page):
    before = places(page)
    set_knob(page, "loss", 7)
    check("the loss knob says what it is set to", page.wait("document.getElementById('loss-value').textContent === '10 %'"))
    link = "(await (await fetch('link')).json()).loss"
    check("the link loses as much", page.wait(f"(async () => {link} === 0.1)()"))
    page.script("document.querySelector('#sizes [data-size=\"100kB\"]').click()")
    check("a file is fetched over it", page.wait("document.querySelector('#fetched li.done .again, #fetched li.done .clean')", seconds=60),
          page.script("return document.getElementById('fetched').innerText"))
    told = page.script("return document.querySelector('#fetched li')?.innerText") or ""
    check("what was sent again for it is counted", "sent again" in told and "none" not in told, told)
    check("lost segments are drawn", page.wait("document.querySelector('.row.gone .cross')"))
    check("retransmissions are drawn, and say of what", page.wait(
        "[...document.querySelectorAll('.row.again .note')].some((n) => /repeats \\d+, which/.test(n.textContent))"))
    check("losses are marked in the plots", page.wait("document.querySelector('.mark.lost')"))
    check("no panel has moved meanwhile", places(page) == before)
    shift = page.script("return window.shifts ? window.shifts.reduce((a, b) => a + b, 0) : -1")
    check("nor anything else, by much", 0 <= shift < 0.05, shift)
    set_knob(page, "loss", 0)
    page.wait("document.getElementById('loss-value').textContent === 'none'")


def others(page, url):
    subprocess.run(["curl", "-s", "-o", os.devnull, "-A", "curl/test", url + "file/5kB"], timeout=60, check=False)
    found = "[...document.querySelectorAll('#connection option')].find((o) => o.textContent.includes('curl/test'))"
    check("another client's connection can be chosen", page.wait(f"Boolean({found})"))
    page.script(f"const list = document.getElementById('connection'); list.value = {found}.value;"
                "list.dispatchEvent(new Event('change'))")
    check("and is drawn, from its first segment to its last state",
          page.wait("document.getElementById('heads').textContent.includes('curl/test') &&"
                    " [...document.querySelectorAll('.row .label')].some((l) => l.textContent.startsWith('FIN'))"))
    page.script("document.getElementById('connection').value = '0'; document.getElementById('connection').dispatchEvent(new Event('change'))")
    page.wait("!document.getElementById('heads').textContent.includes('curl/test')")


def keys(page):
    page.script("document.activeElement.blur()")
    page.press(" ")
    check("space pauses", page.wait("document.getElementById('status').dataset.is === 'paused'"))
    page.press(" ")
    check("and goes on", page.wait("document.getElementById('status').dataset.is === 'live'"))
    page.script("document.getElementById('ladder').focus()")
    page.press("\ue013")  # arrow up
    chosen = "document.querySelector('.row[aria-selected=true]')?.dataset.n"
    number = page.wait(chosen)
    check("arrow keys choose a segment, whose bytes are shown",
          page.wait("document.getElementById('bytes-what').textContent.includes('of segment ' + arguments[0] + ':')", number), number)
    page.press("\ue00c")  # escape
    page.press("t")
    check("t changes colours", page.script("return document.documentElement.dataset.theme") == "light")
    page.press("r")
    check("r clears the drawing", page.wait("document.querySelectorAll('.row').length < 30"))


def words(page):
    page.script("document.querySelector('[data-word=cwnd]').click()")
    check("a word is explained", page.wait("document.getElementById('explain-text').textContent.length > 100"))
    page.press("\ue00c")
    check("escape closes the explanation", page.wait("!document.getElementById('explain').open"))
    unknown = page.script(
        "return (async () => { const bad = []; for (const link of new Set([...document.querySelectorAll('[data-word]')].map((a) => a.getAttribute('href'))))"
        " if (!(await fetch(link)).ok) bad.push(link); return bad; })()")
    check("every underlined word has its explanation", unknown == [], unknown)


def quiet(page, url):
    bad = [entry["message"] for entry in page.log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    check("not a word in the browser's console", not bad, bad[:3])
    here, elsewhere = urllib.parse.urlsplit(url).netloc, set()
    for entry in page.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked = urllib.parse.urlsplit(message["params"]["request"]["url"])
            if asked.scheme not in ("data", "chrome") and asked.netloc != here:
                elsewhere.add(asked.geturl())
    check("no request leaves for elsewhere", not elsewhere, elsewhere)


def shapes(page):
    for width, height in ((1920, 1200), (1280, 860), (420, 900)):
        page.resize(width, height)
        wide = page.wait("document.documentElement.scrollWidth <= window.innerWidth", seconds=5)
        check(f"nothing sticks out of a window {width} wide", wide, page.script("return document.documentElement.scrollWidth"))
        shoot(page, f"{width}")
    page.resize(1440, 1043)


def shoot(page, name):
    folder = os.environ.get("PAGE_SHOTS")
    if not folder:
        return
    for theme in ("light", "dark", "auto"):
        page.script("document.documentElement.dataset.theme = arguments[0]", theme)
        time.sleep(0.5)  # colours fade
        if theme != "auto":
            page.picture(os.path.join(folder, f"{name}-{theme}.png"))


def goodbye(page, server):
    os.kill(int(server), signal.SIGINT)
    check("Ctrl-C at the server: the page says that it is gone", page.wait("document.getElementById('status').dataset.is === 'lost'"))


def main(browser, url, profile, server):
    if browser == "firefox":
        with Firefox(profile) as page:
            loading(page, url)
            check("a packet's bytes are shown", page.wait("document.querySelectorAll('.octet').length >= 40"))
            recovery(page)
            shoot(page, "firefox")
            goodbye(page, server)
        return
    with Chromium(profile) as page:
        loading(page, url)
        bytes_and_fields(page)
        recovery(page)
        shoot(page, "1440")
        others(page, url)
        keys(page)
        words(page)
        shapes(page)
        quiet(page, url)
        goodbye(page, server)


main(*sys.argv[1:])

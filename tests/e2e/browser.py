#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The digest as HTML, in a browser: it asks for nothing, says nothing on the
console, fits a phone, and everybody can read it.

Pages of the sample mail are opened from a file.  What the checks find they
must also find in pages that were made wrong on purpose.
"""
import glob
import html.parser
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from page_scripts import (  # noqa: E402
    ACCESS, COMMON, CONTRAST, OPEN_ALL, PRINTED, WIDE)
from verdict import fault, verdict  # noqa: E402

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.keys import Keys
except ImportError:
    print("skipped: there is no python3-selenium")
    sys.exit(77)

BIN = os.environ["KD_BIN"]
SOURCE = os.environ["KD_SOURCE"]
SAMPLE = sorted(glob.glob(f"{SOURCE}/tests/data/sample/*.eml"))
MONTH = "2025-04-01T00:00Z..2025-05-01T00:00Z"
CHROMIUM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"
PHONE, DESK = 360, 1280

for program in (CHROMIUM, DRIVER):
    if not os.path.exists(program):
        print(f"skipped: there is no {program}")
        sys.exit(77)

# --- What needs no browser

VOID = {"meta", "br", "hr", "img", "link", "input", "rect"}


class Page(html.parser.HTMLParser):
    """The markup: what is forbidden in it, and the tables."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.open = []
        self.ids = []
        self.targets = []
        self.section = None
        self.row = None
        self.rows = {}
        self.feed(text)
        self.close()
        if self.open:
            self.found.append(f"never closed: {self.open}")
        for name in {i for i in self.ids if self.ids.count(i) > 1}:
            self.found.append(f"id {name} twice")
        for name in self.targets:
            if name not in self.ids:
                self.found.append(f"a link to #{name}, which is nowhere")

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "link", "img", "iframe", "object", "embed",
                   "form", "base", "audio", "video", "source"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on"):
                self.found.append(f"{name} of <{tag}>")
            if name == "href" and value.startswith("#"):
                self.targets.append(value[1:])
            elif name in ("href", "src", "action", "xlink:href") and \
                    not re.match(r"(https?://|mailto:)[^\s\"'<>]+$", value):
                self.found.append(f"{name}={value!r} of <{tag}>")
            if name == "id":
                self.ids.append(value)
                if tag == "h2":
                    self.section = value
        if tag == "tr":
            self.row = []
        if tag in ("td", "th") and self.row is not None:
            self.row.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> closes nothing")
        if tag == "tr":
            self.rows.setdefault(self.section, []).append(self.row)
            self.row = None

    def handle_data(self, data):
        if self.row:
            self.row[-1] += data
        if self.open and self.open[-1] == "style" and \
                re.search(r"url\(|@import|expression|src:", data):
            self.found.append("the style sheet asks for something")


def compare(what, page, text):
    """The numbers of two tables are those of the text."""
    for heading, anchor in (("contributor Email domains", "s-domains"),
                            ("contributors", "s-contributors")):
        match = re.search(rf"^Top \d+ {heading} .*\n\n((?:.+\n)*)", text, re.M)
        want = [" ".join(line.split())
                for line in (match.group(1).splitlines() if match else [])]
        got = [" ".join(" ".join(row).split())
               for row in page.rows.get(anchor, [])[1:]]
        if got != want:
            fault(f"{what}: {anchor}: {got}, in text {want}")
    if not page.rows:
        fault(f"{what}: no tables")


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for argument in ("--no-sandbox", "--headless=new", "--disable-gpu",
                         "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs",
                               {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER),
                                       options=options)
        self.send("Network.enable")

    def send(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script):
        return self.driver.execute_script(script)

    def look(self, width, scheme="light", media=""):
        self.send("Emulation.setDeviceMetricsOverride", width=width,
                  height=800, deviceScaleFactor=1, mobile=width == PHONE)
        self.send("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def open(self, path):
        """What it said, and what it asked for."""
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(f"file://{path}")
        found = [f"console: {line['message']}"
                 for line in self.driver.get_log("browser")]
        for line in self.driver.get_log("performance"):
            message = line["message"]
            if '"Runtime.consoleAPICalled"' in message or \
                    '"Log.entryAdded"' in message:
                found.append(f"console: {message[:300]}")
            if '"Network.requestWillBeSent"' in message:
                url = re.search(r'"url":"([^"]*)"', message).group(1)
                if url != f"file://{path}":
                    found.append(f"asks for {url}")
        return found

    def tab_through(self):
        """All that can be used is reached, in its order.  The page itself
        notes where the keys lead, for each question takes a while."""
        want = self.run("""
            const order = [...document.querySelectorAll('a[href],summary')]
                .filter(e => e.getClientRects().length);
            window.met = [];
            document.addEventListener('focusin', event => {
                const s = getComputedStyle(event.target);
                window.met.push([order.indexOf(event.target),
                    s.outlineStyle != 'none' && s.outlineWidth != '0px']);
            });
            window.scrollTo(0, 0); document.activeElement.blur();
            return order.length;""")
        for _ in range(want):
            for kind in ("rawKeyDown", "keyUp"):
                self.send("Input.dispatchKeyEvent", type=kind, key="Tab",
                          code="Tab", windowsVirtualKeyCode=9)
        met = self.run("return window.met")
        met += [(-1, True)] * (want - len(met))  # the keys led nowhere
        for i, (at, seen) in enumerate(met[:want]):
            if at != i:
                return [f"Tab {i + 1} of {want} leads to {at + 1}"]
            if not seen:
                return [f"the focus {i + 1} of {want} is not to be seen"]
        return []

    def fold(self):
        """Each kind of key opens and closes what is folded."""
        found = []
        for selector in ("article details", "figure details"):
            if not self.run(f"return !!document.querySelector('{selector}')"):
                continue
            self.run(f"document.querySelector('{selector} summary').focus()")
            for key in (Keys.ENTER, Keys.SPACE):
                before = self.run(
                    f"return document.querySelector('{selector}').open")
                self.driver.switch_to.active_element.send_keys(key)
                if self.run("return document.querySelector("
                            f"'{selector}').open") == before:
                    found.append(f"a key does nothing to {selector}")
        return found

    def follow(self):
        """A link within the page leads to what is to be seen."""
        return self.run(COMMON + """
            for (const a of document.querySelectorAll('a[href^="#"]')) {
              const to = document.getElementById(a.hash.slice(1));
              if (!to || !shown(to)) say('leads to nothing', a);
            }
            return found;""")


def check(browser, path, keyboard, widths=(320, PHONE, 700, DESK)):
    """All that is wrong with a page, and the lowest contrast in it."""
    with open(path, encoding="utf-8") as f:
        found = Page(f.read()).found
    browser.look(DESK)
    found += browser.open(path)
    found += browser.run(ACCESS)
    found += browser.follow()
    if keyboard:
        found += browser.tab_through()
        found += browser.fold()
    browser.look(DESK, media="print")
    found += browser.run(PRINTED)
    for opened in (False, True):
        if opened:
            browser.run(OPEN_ALL)
        for width in widths:
            browser.look(width)
            found += [f"at {width}: {text}" for text in browser.run(WIDE)]
    lowest = 99
    for scheme, media in (("light", ""), ("dark", ""), ("dark", "print")):
        browser.look(DESK, scheme, media)
        canvas = "'rgb(255,255,255)'" if scheme == "light" or media else \
            "'rgb(18,18,18)'"
        low, is_lowest = browser.run(CONTRAST.replace("CANVAS", canvas))
        found += [f"{scheme} {media}: {text}" for text in low]
        lowest = min(lowest, is_lowest)
    return found, lowest


# What was changed, and a word of what has to be found then.
WRONG = (
    ('<html lang="en">', "<html>", "no lang"),
    ("<title>", "<title></title><!--", "no title"),
    ("</h1>", "</h1><h1>two</h1>", "not one h1"),
    ("<h2", "<h4>x</h4><h2", "skipped"),
    ('<th scope="col">', "<th>", "without scope"),
    ('role="img" aria-label="', 'role="img" data-x="', "no name"),
    ("</header>", '<a href="https://example.org/"></a></header>', "no name"),
    ("--soft: #57606a", "--soft: #9aa4ae", "light : contrast"),
    ("--soft: #9da7b1", "--soft: #57606a", "dark : contrast"),
    ("--ink: #000", "--ink: #aaa", "print: contrast"),
    ("white-space: pre-wrap", "white-space: pre; min-width: 90rem", "too wide"),
    ("<main>", '<main><p style="width: 400px">x</p>', "at 360: too wide"),
    ("<main>", "<main><script>1</script>", "<script>"),
    ("<main>", '<main><p onclick="1">x</p>', "onclick"),
    ("<main>", '<main><img src="http://127.0.0.1:9/x">', "127.0.0.1"),
    ("<main>", '<main><a href="javascript:1">x</a>', "javascript"),
    ("<main>", '<main><a href="#nowhere">x</a>', "nowhere"),
    ("<main>", '<main id="s-domains">', "twice"),
    ("outline: 2px", "outline: 0px", "not to be seen"),
    ("<main>", '<main><a href="#s-domains" tabindex="-1">x</a>', "Tab "),
    (" nav { display: none; }", " h3 { display: none; }", "not printed"),
)


def deliver(store, path):
    more = ["-q", "--import", "-"] if path.endswith(".mbox") else []
    with open(path, "rb") as f:
        subprocess.run([f"{BIN}/kvmdigest-mda", "-d", store, *more],
                       check=True, input=f.read())


def report(store, *args):
    done = subprocess.run([f"{BIN}/kvmdigest-report", "-d", store, *args],
                          capture_output=True, check=False)
    said = [line for line in done.stderr.splitlines()
            if b"there is mail, but none of the list" not in line]
    if done.returncode != 0 or said:
        fault(f"{args}: exit {done.returncode}: {done.stderr!r}")
    return done.stdout.decode("utf-8")


def made(work, name):
    """An mbox of the mail that a program of the tests prints."""
    path = f"{work}/{name}.mbox"
    with open(path, "wb") as f:
        subprocess.run([sys.executable, f"{SOURCE}/tests/data/{name}.py"],
                       check=True, stdout=f)
    return path


def digest(work, name, files, *args):
    """A page of these messages, checked against the text."""
    store = f"{work}/{name}/kvm.db"
    os.mkdir(f"{work}/{name}", 0o700)
    for file in files:
        deliver(store, file)
    path = f"{work}/{name}.html"
    text = report(store, "--format", "html", *args)
    if text != report(store, "--format", "html", *args):
        fault(f"{name}: other bytes the second time")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    if name != "empty":
        compare(name, Page(text), report(store, *args))
    return path


def check_wrong(browser, work, path):
    with open(path, encoding="utf-8") as f:
        right = f.read()
    for old, new, word in WRONG:
        wrong = f"{work}/wrong.html"
        if old not in right:
            fault(f"nothing to be made wrong: {old}")
            continue
        with open(wrong, "w", encoding="utf-8") as f:
            f.write(right.replace(old, new, 1))
        found, _ = check(browser, wrong, word in ("Tab ", "not to be seen"),
                         (PHONE,))
        if not any(word in text for text in found):
            fault(f"{old!r} -> {new!r}: not found, but {found[:3]}")


def main(work):
    browser = Browser()
    try:
        nothing = [file for file in SAMPLE if "no-list-at-all" in file]
        for name, files, span in (
                ("empty", nothing, "start..latest"),
                ("sample", SAMPLE, "start..latest"),
                ("ordinary", [made(work, "ordinary")], MONTH),
                ("hostile", [made(work, "hostile")], "start..latest")):
            path = digest(work, name, files, span)
            found, lowest = check(browser, path, name != "hostile")
            for text in found[:20]:
                fault(f"{name}: {text}")
            print(f"{name}: contrast {lowest:.2f} at least", flush=True)
        check_wrong(browser, work, digest(work, "few", SAMPLE[:12],
                                           "start..latest"))
    finally:
        browser.driver.quit()


with tempfile.TemporaryDirectory() as directory:
    os.environ.update(HOME=directory, TZ="UTC")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ.pop(variable, None)
    main(directory)
sys.exit(verdict())

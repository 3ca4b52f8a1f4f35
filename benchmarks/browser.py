"""What a reader waits for: click → new content → figures, in a real browser, at a laptop's and a phone's size.

Each click is made in the loaded dashboard; beside it stands the plain load of the same address in the same run. The
phone's processor is slowed four times. Bytes are those over the wire.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pages import _served
from benchmarks.report import Result
from tests.conftest import BROWSERS, DRAWN, LAUNCH

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

AGAIN = 3  # measurements of a click whose page the server has made before
MOST_BYTES = 60_000
SETTLED = 20  # seconds after which a started server has loaded what it loads behind its first answers
ASKED_AT = 0.6  # seconds that a first click may take, or 1.5 × the plain load


@dataclass(frozen=True)
class Device:
    """A reader's screen and processor, and the seconds until new content that are asked for there."""

    name: str
    width: int
    height: int
    slowed: int
    bound: float


DEVICES = (Device("laptop", 1440, 900, 1, 0.3), Device("phone", 390, 844, 4, 1.0))


@dataclass(frozen=True)
class Click:
    """A link on the page ``start``: to another path, or with other choices (empty: without that choice)."""

    start: str
    path: str
    choices: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        chosen = "&".join(f"{name}={value}" for name, value in self.choices)
        return f"{self.start} → {self.path}{'?' if chosen else ''}{chosen}"


MDT = "/indikator/mdt_before_treatment"
CLICKS = (
    Click("/", "/", (("koen", "F"),)),
    Click("/", "/", (("periode", "2023"),)),
    Click("/", "/", (("database", "DaPeCa"),)),
    Click("/om", "/"),
    Click("/", MDT),
    Click(MDT, MDT, (("koen", "F"),)),
    Click(MDT, MDT, (("vis", "tragt"),)),
    Click(MDT, MDT, (("vis", "sammenlignet"),)),
    Click("/", "/variation"),
    Click("/variation", "/variation", (("niveau", "hospital"),)),
    Click("/", "/overlevelse"),
    Click("/overlevelse", "/overlevelse", (("efter", "afdeling"),)),
    Click("/", "/afdeling"),
    Click("/soeg", "/hospital/slagelse"),
    Click("/afdeling/SLA-KIR", "/sammenlign"),
    Click("/", "/soeg"),
    Click("/afdeling", "/afdeling/SLA-KIR"),
    Click("/", "/ventetider"),
    Click("/", "/varsler"),
    Click("/", "/tvaergaaende"),
    Click("/", "/forbedringer"),
    Click("/", "/datakvalitet"),
    Click("/", "/om"),
)

#: Runs in every document: when its figures were first all drawn, in ms since the navigation began.
_WATCH = f"""(() => {{
  const drawn = {DRAWN};
  const look = () => {{
    if (document.readyState !== 'loading' && document.querySelector('#page h1') && drawn())
      window.drawnAt = performance.now();
    else setTimeout(look, 10);
  }};
  look();
}})();"""
_PLAIN = """() => {
  const [painted] = performance.getEntriesByName('first-contentful-paint');
  return window.drawnAt && painted && {content: painted.startTime, figures: window.drawnAt};
}"""
#: Clicks the link and tells when the new page is painted (two frames after it stands in the document) and drawn.
_CLICK = f"""([path, choices]) => new Promise((resolve, reject) => {{
  const drawn = {DRAWN};
  const fits = link => {{
    const url = new URL(link.href);
    return url.origin === location.origin && decodeURI(url.pathname) === path && !link.hasAttribute('download')
      && choices.every(([name, value]) => (url.searchParams.get(name) || '') === value);
  }};
  const link = [...document.querySelectorAll('#page a[href]')].find(fits);
  if (!link) return reject(new Error(`no link to ${{path}} ${{choices}}`));
  const old = document.getElementById('page');
  const began = performance.now();
  let content = null;
  const look = () => {{
    if (content === null || !drawn()) return setTimeout(look, 5);
    resolve({{content: content - began, figures: performance.now() - began}});
  }};
  document.addEventListener('newpage', () => requestAnimationFrame(() => requestAnimationFrame(() => {{
    content = performance.now();
  }})), {{once: true}});
  link.click();
  look();
}})"""


@dataclass(frozen=True)
class Timing:
    """Seconds to content and to figures, and bytes over the wire."""

    content: float
    figures: float
    size: int


def measure(store: Path, port: int = 8872, clicks: tuple[Click, ...] = CLICKS) -> list[Result]:
    """Every click on both devices: the first one (its page not yet made by the server), and the median of more."""
    from playwright.sync_api import sync_playwright  # only needed here

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return [Result("clicks in a browser", "not measured", "", None, f"no {', '.join(BROWSERS)} here")]
    results = []
    for device in DEVICES:
        # A server of its own, so that each device meets pages that nobody has asked for.
        with _served(store, port), sync_playwright() as playwright:
            time.sleep(SETTLED)
            browser = playwright.chromium.launch(executable_path=found, args=LAUNCH)
            for click in clicks:
                with _reader(browser, device) as (page, wire):
                    results.append(_result(device, click, *_timed(page, wire, f"http://127.0.0.1:{port}", click)))
            browser.close()
    return results


@contextmanager
def _reader(browser: Browser, device: Device) -> Iterator[tuple[Page, CDPSession]]:
    """A browser's window whose cache is its own, on the device."""
    phone = device.slowed > 1
    size = {"width": device.width, "height": device.height}
    context = browser.new_context(viewport=size, is_mobile=phone, has_touch=phone)
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.add_init_script(_WATCH)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Emulation.setCPUThrottlingRate", {"rate": device.slowed})
    yield page, wire
    context.close()


def _timed(page: Page, wire: CDPSession, base: str, click: Click) -> tuple[Timing, Timing, Timing]:
    """The first click, the later ones and the plain load."""
    received: list[int] = []
    wire.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    clicked = []
    for _ in range(1 + AGAIN):
        page.goto(base + click.start)
        page.wait_for_function(_PLAIN)
        page.wait_for_timeout(300)  # milliseconds; a reader looks before clicking
        received.clear()
        times = page.evaluate(_CLICK, [click.path, [list(one) for one in click.choices]])
        clicked.append(Timing(times["content"] / 1000, times["figures"] / 1000, sum(received)))
    address = page.url
    loads = []
    for _ in range(AGAIN):
        received.clear()
        page.goto(address)
        times = page.wait_for_function(_PLAIN).json_value()
        loads.append(Timing(times["content"] / 1000, times["figures"] / 1000, sum(received)))
    return clicked[0], _median(clicked[1:]), _median(loads)


def _median(timings: list[Timing]) -> Timing:
    return Timing(
        statistics.median(one.content for one in timings),
        statistics.median(one.figures for one in timings),
        int(statistics.median(one.size for one in timings)),
    )


def _result(device: Device, click: Click, first: Timing, again: Timing, plain: Timing) -> Result:
    allowed = max(ASKED_AT, 1.5 * plain.content)
    holds = first.content <= allowed and again.content <= device.bound and again.size <= MOST_BYTES
    figure = (
        f"{_ms(again.content)} / {_ms(again.figures)} ms, {again.size / 1000:.0f} kB; "
        f"first {_ms(first.content)} / {_ms(first.figures)} ms"
    )
    note = (
        f"plain load {_ms(plain.content)} / {_ms(plain.figures)} ms, "
        f"{again.content / plain.content:.2f} / {again.figures / plain.figures:.2f} × of it"
    )
    bound = f"≤ {_ms(device.bound)} ms, ≤ 60 kB; first ≤ max(600 ms, 1.5 × plain)"
    return Result(f"{device.name}: {click}", figure, bound, holds, note)


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"

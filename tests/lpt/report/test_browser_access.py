"""The page for all readers: keyboard and roles, colours in both schemes and as the colour-blind see them, small windows."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, FloatRect, Page

pytestmark = pytest.mark.slow

Data = dict[str, Any]
Open = Callable[..., Page]
TRANSFORM, KERNELS = 3, 4


@pytest.fixture
def small(invent: Callable[[int], Data]) -> Data:
    return invent(8)


Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def decode(browser: Browser) -> Iterator[Callable[[bytes], Image]]:
    """A PNG as (height, width, 3), read by the browser in a page of its own."""
    page = browser.new_page()

    def decode_(png: bytes) -> Image:
        width, data = page.evaluate(
            """async text => {
                const image = await createImageBitmap(await (await fetch("data:image/png;base64," + text)).blob());
                const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
                pen.drawImage(image, 0, 0);
                const { data } = pen.getImageData(0, 0, image.width, image.height);
                return [image.width, btoa(Array.from(data, byte => String.fromCharCode(byte)).join(""))];
            }""",
            base64.b64encode(png).decode(),
        )
        return np.frombuffer(base64.b64decode(data), np.uint8).reshape(-1, width, 4)[..., :3]

    yield decode_
    page.close()


def counts(page: Page) -> dict[tuple[int, ...], int]:
    """How many pixels of each colour the graph's canvas holds, once it has settled."""
    page.wait_for_selector("#graph[aria-busy=false]")
    pairs: list[list[int]] = page.evaluate(
        """() => {
            const canvas = document.getElementById("canvas");
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            const found = new Map();
            for (let i = 0; i < data.length; i += 4) {
                const key = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
                found.set(key, (found.get(key) ?? 0) + 1);
            }
            return [...found];
        }"""
    )
    return Counter({(key >> 16, key >> 8 & 255, key & 255): number for key, number in pairs})


def colour(page: Page, name: str) -> tuple[int, ...]:
    text = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()")
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def node_box(page: Page, kind: str) -> FloatRect:
    """The place of one node of a kind that lies wholly in sight, on the screen."""
    boxes: list[FloatRect] = page.locator(f"#graph [data-kind={kind}]").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => ({x: b.x, y: b.y, width: b.width, height: b.height}))"
    )
    return next(box for box in boxes if 220 < box["y"] < 800)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_classes_have_their_colours(open_report: Open, small: Data, scheme: str) -> None:
    page = open_report(small, "#stage=1", color_scheme=scheme)
    seen = counts(page)
    assert max(seen, key=lambda each: seen[each]) == colour(page, "graph")
    assert min(seen[colour(page, name)] for name in ("float-fill", "cast-fill")) > 2000
    assert seen[colour(page, "integer-fill")] == 0
    page.keyboard.press("]")
    seen = counts(page)
    assert seen[colour(page, "integer-fill")] > 2000
    assert seen[colour(page, "cast-fill")] == 0
    assert seen[colour(page, "new")] > 200  # outlines of what is new
    page.keyboard.press("/")
    page.keyboard.type("Add_2")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert counts(page)[colour(page, "float-fill")] > 500


def test_far_out_only_boxes_are_left(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}")
    near = counts(page)
    for _ in range(6):
        page.keyboard.press("-")
    far = counts(page)
    fill, box = colour(page, "integer-fill"), colour(page, "integer-far")
    assert near[box] < near[fill]
    assert far[fill] == 0 and far[box] > 300
    assert far[colour(page, "ink")] == 0  # no text


@pytest.mark.parametrize("vision", ["none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia"])
def test_classes_differ_without_colour_vision(
    open_report: Open, small: Data, decode: Callable[[bytes], Image], vision: str
) -> None:
    """Fills differ as seen with each deficiency, and only the border of floats is dashed."""
    for version in small["versions"]:  # one integer operation among floats and casts
        version["kind"] = "integer" if version["place"] == "Conv_1" else version["kind"]
    page = open_report(small, "#stage=0", color_scheme="light")
    page.context.new_cdp_session(page).send("Emulation.setEmulatedVisionDeficiency", {"type": vision})
    page.wait_for_selector("#graph[aria-busy=false]")
    fills, breaks = {}, {}
    for kind in ("integer", "float", "cast"):
        image = decode(page.screenshot(clip=node_box(page, kind))).astype(int)
        fills[kind] = np.median(image.reshape(-1, 3), axis=0)
        edge = image[:2, 25:-25].min(axis=(0, 2))
        breaks[kind] = int((np.abs(np.diff(edge)) > 40).sum())
    for a, b in (("integer", "float"), ("integer", "cast"), ("float", "cast")):
        assert np.abs(fills[a] - fills[b]).max() >= 6, (a, b, fills)
    assert breaks["float"] > 8 and breaks["integer"] == breaks["cast"] == 0


def test_nothing_lies_over_the_toolbar(open_report: Open, small: Data) -> None:
    page = open_report(small)
    for name in ("+", "−", "Before"):
        button = page.locator("#controls button", has_text=name).first
        box = button.bounding_box()
        assert box is not None
        at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).textContent", list(at)) == name


def test_tab_order_and_roles(open_report: Open, small: Data) -> None:
    page = open_report(small)
    order = []
    for _ in range(16):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    wanted = ["query", "help-button", "before", "slider", "skip", "graph", "+", "by", "splitter", "tab-overview", "panel-overview"]
    assert [name for name in order if name in wanted] == wanted
    roles = {
        "slider": "#slider",
        "listbox": "#graph",
        "toolbar": "#controls",
        "separator": "#splitter",
        "tablist": "#tabs",
        "status": "#status",
    }
    assert {role: page.get_attribute(place, "role") for role, place in roles.items()} == {role: role for role in roles}
    names = page.evaluate(
        "[...document.querySelectorAll('button, input, select, [role=slider], [role=listbox]')].filter(e => !(e.labels?.length"
        " || e.getAttribute('aria-label') || e.textContent.trim() || e.title)).length"
    )
    assert names == 0


def test_tabs_by_arrow_keys(open_report: Open, small: Data) -> None:
    page = open_report(small)
    page.focus("#tab-overview")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-rewrites"
    assert page.get_attribute("#tab-rewrites", "aria-selected") == "true"
    assert page.is_visible("#panel-rewrites") and not page.is_visible("#panel-overview")
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == "tab-operation"
    assert page.get_attribute("#slider", "aria-valuenow") == str(KERNELS)  # arrows in the tabs do not move the slider


def test_the_graph_by_arrow_keys(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}")
    page.keyboard.press("g")
    for key, said in (
        ("Home", "input"),
        ("ArrowDown", "nn.conv, Conv_0, u8s8"),
        ("ArrowDown", "lpt.requantize, Conv_0"),
        ("ArrowUp", "nn.conv"),
    ):
        page.keyboard.press(key)
        assert page.inner_text("#status").startswith(said)
    assert page.is_visible("#tip")
    page.keyboard.press("Enter")
    assert "nn.conv" in page.inner_text("#panel-operation")


def test_every_key_is_listed_and_help_closes(open_report: Open, small: Data) -> None:
    page = open_report(small)
    page.keyboard.press("?")
    assert page.is_visible("#help")
    keys = page.locator("#help kbd").all_inner_texts()
    assert {"[", "]", "b", "n", "/", "0", "f", "c", "?"} <= set(keys)
    page.keyboard.press("Escape")
    assert not page.is_visible("#help")


def test_stages_are_said(open_report: Open, small: Data) -> None:
    page = open_report(small)
    page.keyboard.press("[")
    assert page.inner_text("#status") == "3 of 4, lpt-transform, 16 new, 22 changed, 32 gone"


def test_a_window_of_1024(open_report: Open, small: Data) -> None:
    page = open_report(small, "#tab=kernels", viewport={"width": 1024, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 1024
    for tab in ("overview", "rewrites", "reasons", "drift", "operation"):
        page.click(f"#tab-{tab}")
        assert page.evaluate(f"(e => e.scrollWidth <= e.clientWidth)(document.getElementById('panel-{tab}'))"), tab


def test_glides_only_for_those_who_want_motion(open_report: Open, small: Data) -> None:
    """Counted are drawings of the graph: each begins by filling the whole canvas."""
    program = """() => new Promise(done => {
        const pen = document.getElementById("canvas").getContext("2d");
        const fill = pen.fillRect;
        let drawings = 0;
        pen.fillRect = function (x, y, width, height) {
            if (width > 500) drawings += 1;
            fill.call(this, x, y, width, height);
        };
        document.getElementById("before").click();
        setTimeout(() => done(drawings), 400);
    })"""
    still = open_report(small).evaluate(program)
    moving = open_report(small, reduced_motion="no-preference").evaluate(program)
    assert 1 <= still <= 3 < moving

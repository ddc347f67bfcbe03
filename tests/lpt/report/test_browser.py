"""The page in a real browser: slider, graph, rewrites, panels, search, by mouse and by keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import lpt
from lpt.data import bundled_model_path
from lpt.report.page import render

pytestmark = pytest.mark.slow

Data = dict[str, Any]
Open = Callable[..., Page]
Invent = Callable[[int], Data]
TRANSFORM, KERNELS = 3, 4  # stages of the invented network


@pytest.fixture
def small(invent: Invent) -> Data:
    return invent(8)


def options(page: Page) -> list[str]:
    """What the graph shows, once it has settled."""
    page.wait_for_selector("#graph[aria-busy=false]")
    found: list[str] = page.locator("#graph [role=option]").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
    return found


def middle(page: Page, selector: str) -> tuple[float, float]:
    """Where an operation stands, once the graph has settled."""
    page.wait_for_selector("#graph[aria-busy=false]")
    page.wait_for_selector(selector, state="attached")
    place = page.locator(selector).first
    box = place.bounding_box()
    while (now := place.bounding_box()) != box:  # fonts and panels may still move it
        box = now
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def expect_tip(page: Page, selector: str, *texts: str) -> None:
    """The mouse on an operation shows a tooltip that says all this."""
    x, y = middle(page, selector)
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    for text in texts:
        expect(page.locator("#tip")).to_contain_text(text)


def rows(page: Page, panel: str) -> list[str]:
    return page.locator(f"#panel-{panel} table tbody").first.locator("tr").all_inner_texts()


def test_slider_by_keyboard_changes_the_graph(open_report: Open, small: Data) -> None:
    page = open_report(small, "#stage=1")
    assert any("nn.conv, Conv_0, f32" in text and "changed in this stage" in text for text in options(page))
    page.focus("#slider")
    page.keyboard.press("ArrowRight")  # over the stage that changed nothing
    expect(page.locator("#slider")).to_have_attribute("aria-valuetext", "3 of 4, lpt-transform, 16 new, 22 changed, 32 gone")
    texts = options(page)
    assert any("nn.conv, Conv_0, u8s8" in text for text in texts)
    assert any("lpt.requantize" in text and "new in this stage" in text for text in texts)
    assert not any("dcast" in text for text in texts)
    page.uncheck("#skip")
    page.focus("#slider")
    page.keyboard.press("ArrowLeft")
    assert "changed nothing" in page.inner_text("#stage")
    page.keyboard.press("End")
    assert page.get_attribute("#slider", "aria-valuenow") == "4"


def test_what_the_reader_looks_at_stays_in_place(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage=1&node={10 * 4 + 2}")
    options(page)
    before = middle(page, "#op-42")
    page.keyboard.press("]")
    options(page)
    assert page.get_attribute("#slider", "aria-valuenow") == str(TRANSFORM)
    assert middle(page, "#op-42") == pytest.approx(before, abs=1)


def test_hover_shows_grids_and_drift(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}")
    grid = "scale 0.02, zero point 128, range −2.56 … 2.54"
    expect_tip(page, "#graph [aria-label*='Conv_0']", grid, "64×64×3×3 i8, values −127 … 126")
    expect_tip(page, "#graph [aria-label*='lpt.requantize, Conv_0']", "− gone: quant.dcast, quant.qcast")
    expect_tip(page, "#op-8", "equal bits")
    page.mouse.move(5, 5)
    expect(page.locator("#tip")).to_be_hidden()


def test_a_click_tells_all_of_an_operation(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}&node=28")  # Add_2, which stays in floats
    page.mouse.click(*middle(page, "#op-28"))
    text = page.inner_text("#panel-operation")
    assert "nn.add" in text and "%28 = nn.add" in text
    assert "the operands have different scales" in text
    assert "push-dequantize of lpt-transform left nn.add alone" in text
    page.locator("#panel-operation button", has_text="lpt.requantize").first.click()
    history = page.locator("#panel-operation .history li")
    assert [text.split("\n")[0] for text in history.all_inner_texts()] == ["push-dequantize"]


def test_history_leads_to_the_rewrite(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}&node=2&tab=operation")
    history = page.locator("#panel-operation .history button")
    assert history.all_inner_texts() == ["normalize", "push-dequantize", "lower-conv"]
    history.first.click()
    assert page.get_attribute("#slider", "aria-valuenow") == "1"
    assert page.locator("#panel-rewrites details[open]").count() == 1


def test_a_stage_without_rewrites_leads_to_those_with_some(open_report: Open, small: Data) -> None:
    page = open_report(small, "#stage=0&tab=rewrites")
    links = page.locator("#panel-rewrites .others button")
    counts = {stage["name"]: stage["rewrites"][1] - stage["rewrites"][0] for stage in small["stages"]}
    assert links.all_inner_texts() == [f"{name} ({count})" for name, count in counts.items() if count]
    links.nth(1).click()
    assert page.get_attribute("#slider", "aria-valuenow") == str(TRANSFORM)
    assert page.locator("details.rewrite").count() == 16


def test_a_rewrite_is_a_readable_difference(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}&tab=rewrites")
    assert page.locator("details.rewrite").count() == 16
    page.locator("details.rewrite summary").first.click()
    body = page.locator("details.rewrite[open]")
    body.locator(".diff").wait_for()
    assert "passes/push-dequantize.py:42" in body.inner_text()
    assert "push-dequantize: what it does." in body.inner_text()
    signs = [text.strip("abcdefghijklmnopqrstuvwxyz: \n") for text in body.locator(".sign").all_inner_texts()]
    assert signs == ["−", "+", "+", "~−", "~+"]
    assert body.locator(".diff ins").all_inner_texts()[-1] == "u8"  # what differs within the line, and no more
    assert body.locator(".diff del").all_inner_texts()[-1] == "f32"
    assert "rewrite=" in page.url


def test_a_source_address_makes_links(open_report: Open, small: Data) -> None:
    page = open_report(small | {"source_url": "https://example.org/lpt/"}, f"#stage={TRANSFORM}&tab=rewrites&rewrite=8")
    link = page.locator("details.rewrite[open] a.source")
    assert link.get_attribute("href") == "https://example.org/lpt/passes/push-dequantize.py#L42"


def test_a_rule_of_ones_own_has_no_link_into_sources_of_lpt(open_report: Open, small: Data) -> None:
    small["patterns"] = [pattern | {"file": "my_rule.py"} for pattern in small["patterns"]]
    page = open_report(small | {"source_url": "https://example.org/lpt/"}, f"#stage={TRANSFORM}&tab=rewrites&rewrite=8")
    assert page.locator("details.rewrite[open] code.source").inner_text() == "my_rule.py:42"


def test_the_graph_before_a_pass(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}")
    page.keyboard.press("b")
    assert any("quant.dcast" in text and "gone in this stage" in text for text in options(page))
    expect(page.get_by_role("button", name="Before")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    assert not any("quant.dcast" in text for text in options(page))


def test_why_not_int8_filters_and_sorts(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}&tab=reasons")
    assert [text.split("\n")[0] for text in rows(page, "reasons")] == ["Add_2", "Add_7"]
    page.select_option("#panel-reasons select", "all")
    assert len(rows(page, "reasons")) == 24
    page.fill("#panel-reasons input", "conv_1 u8s8")
    assert [text.split("\n")[0] for text in rows(page, "reasons")] == [f"Conv_{i}" for i in (1, *range(10, 16))]
    page.fill("#panel-reasons input", "")
    page.locator("#panel-reasons th button").first.click()
    page.locator("#panel-reasons th button").first.click()
    assert [text.split("\n")[0] for text in rows(page, "reasons")][:3] == ["Conv_15", "Conv_14", "Conv_13"]
    page.fill("#panel-reasons input", "add_7")
    page.locator("#panel-reasons tbody tr").first.click()
    assert "node=78" in page.url


def test_kernels_sort_and_meet_roofline_and_graph(open_report: Open, small: Data) -> None:
    page = open_report(small, "#tab=kernels")
    names = [text.split("\t")[0] for text in rows(page, "kernels")]
    slowest = sorted(small["kernels"], key=lambda row: -row["ns"])
    assert names == [row["name"] for row in slowest]
    assert page.locator("#panel-kernels .dot").count() == 8
    assert page.locator("#panel-kernels .dot.float").count() == 2
    assert page.locator("#panel-kernels .roof").count() == 2
    page.locator("#panel-kernels th button", has_text="Kernel").click()
    assert [text.split("\t")[0] for text in rows(page, "kernels")] == [f"conv_{i}" for i in range(8)]
    page.locator("#panel-kernels .dot[data-kernel='2000003']").click()
    assert page.locator("#panel-kernels tr[aria-selected=true]").inner_text().startswith("conv_3")
    assert page.get_attribute("#graph", "aria-activedescendant") == "op-2000003"


def test_roofline_points_lie_where_logarithms_say(open_report: Open, small: Data) -> None:
    page = open_report(small, "#tab=kernels")
    boxes = page.locator("#panel-kernels .dot").evaluate_all(
        "all => all.map(e => [e.dataset.kernel, e.getBBox().x + e.getBBox().width / 2])"
    )
    at = {int(name): x for name, x in boxes}
    # Intensity falls as 1 / (i + 1): from kernel 0 to 1 as far as from 1 to 3.
    assert at[2000000] - at[2000001] == pytest.approx(at[2000001] - at[2000003], abs=0.1)
    assert at[2000000] > at[2000001]


def test_drift_along_the_network(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}&tab=drift")
    assert "least: 25.0 dB at Add_7" in page.inner_text("#panel-drift")
    assert [text.split("\n")[0] for text in rows(page, "drift")] == [f"Add_{i}" for i in range(8)]
    page.locator("#panel-drift th button", has_text="SQNR").click()
    page.locator("#panel-drift th button", has_text="SQNR").click()
    assert rows(page, "drift")[0].startswith("Add_7")
    page.get_by_role("button", name="Colour the graph by it").click()
    assert page.input_value("#by") == "drift"
    assert "50 dB or equal" in page.inner_text("#legend") or "60 dB or equal" in page.inner_text("#legend")


def test_search_steps_through_hits(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}")
    page.keyboard.press("/")
    page.keyboard.type("add f32")
    expect(page.locator("#hits")).to_have_text("2 hits")
    page.keyboard.press("Enter")
    assert page.get_attribute("#graph", "aria-activedescendant") in (None, "op-28")
    page.keyboard.press("Enter")
    expect(page.locator("#hits")).to_have_text("2 of 2")
    page.wait_for_function("document.getElementById('graph').getAttribute('aria-activedescendant') === 'op-78'")
    page.keyboard.press("Escape")
    expect(page.locator("#hits")).to_have_text("")


def test_wheel_zooms_at_the_mouse_and_dragging_moves(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}")
    x, y = middle(page, "#op-12")
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    options(page)
    assert middle(page, "#op-12") == pytest.approx((x, y), abs=1)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=3)
    page.mouse.up()
    options(page)
    assert middle(page, "#op-12") == pytest.approx((x + 60, y + 40), abs=1)


def test_an_address_gives_the_view_back(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}&node=42&tab=drift&by=time")
    assert page.get_attribute("#slider", "aria-valuenow") == str(TRANSFORM)
    assert page.get_attribute("#tab-drift", "aria-selected") == "true"
    assert page.input_value("#by") == "time"
    options(page)
    assert page.get_attribute("#graph", "aria-activedescendant") == "op-42"
    page.evaluate("location.hash = 'stage=1&tab=kernels'")
    expect(page.locator("#slider")).to_have_attribute("aria-valuenow", "1")


def test_nonsense_in_the_address_is_ignored(open_report: Open, small: Data) -> None:
    page = open_report(small, "#stage=99&node=-1&tab=__proto__&by=toString&rewrite=1e9")
    assert page.get_attribute("#slider", "aria-valuenow") == str(KERNELS)
    assert page.get_attribute("#tab-overview", "aria-selected") == "true"


def test_a_hostile_name_stays_text(open_report: Open, small: Data, hostile: str) -> None:
    small["model"]["name"] = hostile
    small["summary"]["advice"] = [[hostile, 1]]
    for row in (*small["refusals"], *small["operations"]):
        row["reason"] = hostile
    page = open_report(small, f"#stage={TRANSFORM}&node=15")
    for tab in ("overview", "rewrites", "reasons", "kernels", "drift", "operation"):
        page.click(f"#tab-{tab}")
        assert hostile in page.inner_text("body")
    expect_tip(page, "#op-15", hostile)
    assert page.locator("img").count() == 0
    assert page.title() == f"{hostile} · lpt report"


def test_in_a_frame_without_an_address(open_report: Open, small: Data) -> None:
    """As a notebook shows it: an iframe with the page as its srcdoc."""
    page = open_report(small)
    page.evaluate(
        """text => {
            const frame = Object.assign(document.createElement("iframe"), {id: "inner", srcdoc: text});
            frame.style.cssText = "position: fixed; inset: 0; width: 1200px; height: 700px; z-index: 99";
            document.body.append(frame);
        }""",
        render(small),
    )
    frame = page.frame_locator("#inner")
    frame.locator("#after").wait_for()
    frame.locator("#before").click()
    expect(frame.locator("#slider")).to_have_attribute("aria-valuenow", str(TRANSFORM))


def test_a_large_network_is_ready_soon(open_report: Open, invent: Invent, tmp_path: Path) -> None:
    """2,100 operations at the first stage: the page says itself after how many ms its first graph was drawn."""
    page = open_report(invent(300), "#stage=0")
    assert page.evaluate("Number(document.documentElement.dataset.ready)") < 3000
    page.keyboard.press("0")
    assert 100 < len(options(page)) <= 301  # a sample of what is in sight: a screen reader can step through the rest


def test_without_machine_kernels_and_drift(open_report: Open, small: Data) -> None:
    bare = small | {"machine": None, "kernels": [], "drift": [], "stages": small["stages"][:4], "refusals": [], "operations": []}
    bare["summary"] = small["summary"] | {"ns": None, "arena": None, "arena_bound": None, "advice": []}
    bare["no_kernels"] = "it ends before kernels"
    page = open_report(bare)
    for tab in ("overview", "rewrites", "reasons", "kernels", "drift", "operation"):
        page.click(f"#tab-{tab}")
    page.click("#tab-kernels")
    assert "it ends before kernels" in page.inner_text("#panel-kernels")
    assert page.locator("#by option").all_inner_texts() == ["precision"]


def test_kernels_without_times(open_report: Open, small: Data) -> None:
    for row in small["kernels"]:
        row |= {"ns": None, "gmacs": None, "peak_share": None}
    page = open_report(small, "#tab=kernels")
    assert "not timed" in page.inner_text("#panel-kernels")
    assert page.locator("#panel-kernels .dot").count() == 0
    assert len(rows(page, "kernels")) == 8


def test_two_fingers_zoom(open_report: Open, small: Data) -> None:
    page = open_report(small, f"#stage={TRANSFORM}", has_touch=True)
    x, y = middle(page, "#op-12")
    wide = page.locator("#op-12").bounding_box()
    session = page.context.new_cdp_session(page)
    for kind, gap in (("touchStart", 40), ("touchMove", 60), ("touchMove", 80)):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x - gap, "y": y, "id": 1}, {"x": x + gap, "y": y, "id": 2}]},
        )
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    options(page)
    wider = page.locator("#op-12").bounding_box()
    assert wide and wider
    assert wider["width"] == pytest.approx(2 * wide["width"], rel=0.02)
    assert middle(page, "#op-12") == pytest.approx((x, y), abs=3)


def test_a_real_report(open_report: Open) -> None:
    """The bundled model through the whole pipeline: every stage and panel is shown, and the graph is the data's."""
    data = json.loads(json.dumps(lpt.Report.of(bundled_model_path(), threads=1).data))
    page = open_report(data, "#stage=0")
    for number in range(len(data["stages"])):
        page.keyboard.press(str(1 + number % 6))
        page.keyboard.press("]")
    expect(page.locator("#slider")).to_have_attribute("aria-valuenow", str(len(data["stages"]) - 1))
    page.keyboard.press("0")
    shown = {data["versions"][number]["place"] for number in data["stages"][-1]["nodes"]}
    assert all(any(place in text for text in options(page)) for place in shown)
    page.click("#tab-kernels")
    assert len(rows(page, "kernels")) == len(data["kernels"])


def test_a_pass_without_patterns_tells_its_changes(open_report: Open, small: Data) -> None:
    """What it changed is a difference of the operation's own IR, in the list and at the operation."""
    small["stages"][1]["rewrites"] = [0, 0]
    page = open_report(small, "#stage=1&tab=rewrites")
    assert page.locator("#panel-rewrites details").count() == 16
    page.locator("#panel-rewrites summary", has_text="Conv_2").click()
    page.wait_for_selector("#panel-rewrites .diff")
    assert "".join(page.locator("#panel-rewrites .diff ins").all_inner_texts()).strip() == "{pads = 1}"
    assert page.get_attribute("#graph", "aria-activedescendant") == "op-12"
    page.click("#tab-operation")
    assert "".join(page.locator("#panel-operation .diff ins").all_inner_texts()).strip() == "{pads = 1}"

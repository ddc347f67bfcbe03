// Mouse, wheel and fingers on the graph.

const fingers = new Map();
let pressed = null; // where the first finger came down, and whether it has moved since

const area = $("graph");

function local(event) {
  const box = area.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

area.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? view.h : 1;
    if (event.shiftKey) panBy(-(event.deltaX || event.deltaY) * unit, 0);
    else zoomAt(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), ...local(event));
    hideTip();
  },
  { passive: false },
);

area.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  area.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, local(event));
  if (fingers.size === 1) pressed = { at: local(event), moved: false };
  hideTip();
});

area.addEventListener("pointermove", (event) => {
  const now = local(event);
  const was = fingers.get(event.pointerId);
  if (!was) {
    hover(nodeAt(...now));
    return;
  }
  if (fingers.size === 2) pinch(event.pointerId, was, now);
  else if (pressed?.moved || Math.hypot(now[0] - pressed.at[0], now[1] - pressed.at[1]) > 4) {
    pressed.moved = true;
    area.classList.add("dragging");
    panBy(now[0] - was[0], now[1] - was[1]);
  } else return;
  fingers.set(event.pointerId, now);
});

function pinch(moving, was, now) {
  const [[, other]] = [...fingers].filter(([id]) => id !== moving);
  const spread = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
  pressed.moved = true;
  panBy((now[0] - was[0]) / 2, (now[1] - was[1]) / 2);
  zoomAt(spread(now) / Math.max(spread(was), 1), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
}

function release(event) {
  if (!fingers.delete(event.pointerId) || fingers.size) return;
  area.classList.remove("dragging");
  if (event.type === "pointerup" && !pressed.moved) {
    const node = nodeAt(...local(event));
    if (node) select(node, { tab: "operation" });
    else show({ node: null, lit: new Set() });
  }
  pressed = null;
}

area.addEventListener("pointerup", release);
area.addEventListener("pointercancel", release);
area.addEventListener("pointerleave", () => hover(undefined));
area.addEventListener("dblclick", (event) => {
  const node = nodeAt(...local(event));
  if (node) reveal(node, { readable: true, centre: true });
});

function hover(node) {
  area.classList.toggle("pointing", Boolean(node));
  if ((node?.id ?? null) === state.hover) return;
  show({ hover: node?.id ?? null });
  if (node) tipAtNode(node);
  else hideTip();
}

area.addEventListener("blur", hideTip);

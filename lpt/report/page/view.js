// The window on the graph: screen = graph · k + (x, y). Zoom, pan, and keeping in place what the reader looks at.

const LEAST = 0.008;
const MOST = 3;
const READABLE = 0.85;
const view = { k: 1, x: 0, y: 0, w: 0, h: 0 };
let tween = null;

const shownStage = () => (state.peek && state.stage > 0 ? state.stage - 1 : state.stage);
const shown = () => graphOf(shownStage());
const shownMarks = () => (state.peek ? changesOf(state.stage).before : changesOf(state.stage).marks);

function zoomAt(factor, sx = view.w / 2, sy = view.h / 2) {
  const k = Math.min(Math.max(view.k * factor, LEAST), MOST);
  view.x = sx - ((sx - view.x) * k) / view.k;
  view.y = sy - ((sy - view.y) * k) / view.k;
  view.k = k;
  clampView();
  repaint();
}

function panBy(dx, dy) {
  view.x += dx;
  view.y += dy;
  clampView();
  repaint();
}

/** Some of the graph always stays in sight. */
function clampView() {
  const { width, height } = shown();
  const keep = 80;
  view.x = Math.min(Math.max(view.x, keep - width * view.k), view.w - keep);
  view.y = Math.min(Math.max(view.y, keep - height * view.k), view.h - keep);
}

/** The whole graph, or with `width` its whole width, from the top. */
function fit(what = "all") {
  const { width, height, nodes } = shown();
  const [top, bottom] = [52, 48]; // the toolbar's and the legend's
  const across = (view.w - 48) / width;
  view.k = Math.min(
    Math.max(what === "all" ? Math.min(across, (view.h - top - bottom) / height) : Math.max(across, READABLE), LEAST),
    1,
  );
  const centre = what === "all" || width * view.k < view.w || !nodes.length ? width / 2 : nodes[0].x;
  view.x = view.w / 2 - centre * view.k;
  view.y = what === "all" ? top + (view.h - top - bottom - height * view.k) / 2 : top;
  repaint();
}

/** Moves the least that brings a node well into the window; `readable` also zooms in where its text is too small. */
function reveal(node, { readable = false, centre = false } = {}) {
  if (readable && view.k < READABLE) {
    view.k = 1;
    centre = true;
  }
  const [sx, sy] = [node.x * view.k + view.x, node.y * view.k + view.y];
  const [mx, my] = [Math.min((node.w * view.k) / 2 + 30, view.w / 2), Math.min(90, view.h / 3)];
  view.x += (centre ? view.w / 2 : Math.min(Math.max(sx, mx), view.w - mx)) - sx;
  view.y += (centre ? view.h / 2 : Math.min(Math.max(sy, my), view.h - my)) - sy;
  repaint();
}

const screenOf = (node) => [node.x * view.k + view.x, node.y * view.k + view.y];

function onScreen(node) {
  const [sx, sy] = screenOf(node);
  return Math.abs(sx - view.w / 2) < (view.w + node.w * view.k) / 2 && Math.abs(sy - view.h / 2) < (view.h + HEIGHT * view.k) / 2;
}

function nodeAt(sx, sy) {
  const [x, y] = [(sx - view.x) / view.k, (sy - view.y) / view.k];
  const slack = Math.max(0, 4 / view.k - HEIGHT / 2);
  return shown().nodes.find((node) => Math.abs(node.x - x) <= node.w / 2 + slack && Math.abs(node.y - y) <= HEIGHT / 2 + slack);
}

/** What must not move when the stage changes: the selected operation if in sight, else the one nearest to the middle that stays. */
function anchorBetween(from, to) {
  const pair = (node) => [node, counterpart(node.version, to)];
  const selected = state.node !== null && graphOf(from).byId.get(state.node);
  if (selected && onScreen(selected)) {
    const [a, b] = pair(selected);
    if (b) return [a, b];
  }
  const [cx, cy] = [(view.w / 2 - view.x) / view.k, (view.h / 2 - view.y) / view.k];
  const near = graphOf(from)
    .nodes.map((node) => [Math.hypot(node.x - cx, node.y - cy), node])
    .sort((a, b) => a[0] - b[0]);
  for (const [, node] of near.slice(0, 60)) {
    const [a, b] = pair(node);
    if (b) return [a, b];
  }
  return null;
}

/** Called when the drawn stage turned from `from` into `to`: anchors the window and lets nodes glide to their new places. */
function turnTo(from, to) {
  if (baseOf(from) === baseOf(to)) return;
  const anchor = anchorBetween(from, to);
  const [ax, ay] = anchor ? [anchor[1].x - anchor[0].x, anchor[1].y - anchor[0].y] : [0, 0];
  view.x -= ax * view.k;
  view.y -= ay * view.k;
  clampView();
  if (calm.matches) return;
  const old = new Map(graphOf(from).nodes.map((node) => [node.id, [node.x + ax, node.y + ay]]));
  tween = { old, start: performance.now() };
}

/** Where to draw a node now, while it glides. */
function placeOf(node, share) {
  const old = share < 1 && tween ? tween.old.get(node.id) : undefined;
  return old ? [old[0] + (node.x - old[0]) * share, old[1] + (node.y - old[1]) * share] : [node.x, node.y];
}

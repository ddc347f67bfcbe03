// The whole graph at the right edge, its height filled: where colours are, where the pass changed something, where the window is.

const minimap = $("minimap");
const mapPen = minimap.getContext("2d");
const PAD = 6;
let sheet = null;
let sheetKey = "";

function resizeMinimap(ratio) {
  const box = minimap.getBoundingClientRect();
  [minimap.width, minimap.height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  sheetKey = "";
}

/** Graph to minimap: as wide or as high as there is room, but each direction for itself where the graph is very tall. */
function mapScale() {
  const ratio = devicePixelRatio || 1;
  const [w, height] = [minimap.width / ratio - 2 * PAD - 10, minimap.height / ratio - 2 * PAD];
  const graph = shown();
  const ky = Math.min(height / graph.height, 0.25);
  const kx = Math.min(w / graph.width, Math.max(ky, w / graph.width));
  return { kx, ky, ratio };
}

function paintMinimap() {
  const { kx, ky, ratio } = mapScale();
  const key = [
    shownStage(),
    state.stage,
    state.by,
    state.peek,
    minimap.width,
    minimap.height,
    theme.panel,
    state.hits && state.hits.key,
  ].join();
  if (key !== sheetKey) {
    paintSheet(kx, ky, ratio);
    sheetKey = key;
  }
  mapPen.setTransform(1, 0, 0, 1, 0, 0);
  mapPen.drawImage(sheet, 0, 0);
  mapPen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const x = Math.max(PAD - (view.x / view.k) * kx, 1);
  const right = Math.min(PAD + ((view.w - view.x) / view.k) * kx, 95);
  mapPen.strokeStyle = theme.accent;
  mapPen.lineWidth = 1.5;
  const y = PAD - (view.y / view.k) * ky;
  const height = Math.max((view.h / view.k) * ky, 3);
  mapPen.globalAlpha = 0.12;
  mapPen.fillStyle = theme.accent;
  mapPen.fillRect(x, y, right - x, height);
  mapPen.globalAlpha = 1;
  mapPen.strokeRect(x, y, right - x, height);
}

function paintSheet(kx, ky, ratio) {
  sheet = new OffscreenCanvas(minimap.width, minimap.height);
  const to = sheet.getContext("2d");
  to.scale(ratio, ratio);
  to.fillStyle = theme.panel;
  to.fillRect(0, 0, minimap.width, minimap.height);
  const marks = shownMarks();
  const lost = state.peek ? new Map() : changesOf(state.stage).lost;
  for (const node of shown().nodes) {
    const [x, y] = [PAD + (node.x - node.w / 2) * kx, PAD + (node.y - HEIGHT / 2) * ky];
    to.globalAlpha = state.hits && !state.hits.has(node.id) ? 0.2 : 1;
    to.fillStyle = lookOf(node.version).far;
    to.fillRect(x, y, Math.max(node.w * kx, 2), Math.max(HEIGHT * ky, 1.2));
    const mark = marks.get(node.id) ?? (lost.has(node.id) ? "gone" : null);
    if (!mark) continue;
    to.globalAlpha = 1;
    to.fillStyle = theme[mark];
    to.fillRect(87 + 3 * ["new", "changed", "gone"].indexOf(mark), y, 2.5, Math.max(HEIGHT * ky, 2));
  }
}

function mapTo(event) {
  const box = minimap.getBoundingClientRect();
  const { kx, ky } = mapScale();
  view.x = view.w / 2 - ((event.clientX - box.left - PAD) / kx) * view.k;
  view.y = view.h / 2 - ((event.clientY - box.top - PAD) / ky) * view.k;
  if (shown().width * view.k < view.w) view.x = (view.w - shown().width * view.k) / 2;
  clampView();
  repaint();
}

minimap.addEventListener("pointerdown", (event) => {
  minimap.setPointerCapture(event.pointerId);
  mapTo(event);
});
minimap.addEventListener("pointermove", (event) => {
  if (event.buttons) mapTo(event);
});

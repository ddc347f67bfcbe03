// Draws the graph on the canvas: only what is in sight, and only as much of it as can be read at this zoom.

const canvas = $("canvas");
const pen = canvas.getContext("2d");
const GLIDE = 200; // ms
let queued = false;

/** Asks for one drawing in the next frame. */
function repaint() {
  if (queued) return;
  queued = true;
  $("graph").setAttribute("aria-busy", "true");
  requestAnimationFrame((now) => {
    queued = false;
    paint(now);
  });
}

function resize() {
  const box = $("graph").getBoundingClientRect();
  const ratio = devicePixelRatio || 1;
  const whole = $("area").getBoundingClientRect();
  [view.w, view.h] = [box.width, box.height];
  [canvas.width, canvas.height] = [Math.round(whole.width * ratio), Math.round(whole.height * ratio)];
  resizeMinimap(ratio);
  repaint();
}

function paint(now) {
  const share = tween ? Math.min((now - tween.start) / GLIDE, 1) : 1;
  if (share >= 1) tween = null;
  const eased = 1 - (1 - Math.max(share, 0)) ** 3;
  const ratio = devicePixelRatio || 1;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = theme.graph;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const graph = shown();
  const box = {
    left: -view.x / view.k,
    right: (view.w - view.x) / view.k,
    top: -view.y / view.k - HEIGHT,
    bottom: (view.h - view.y) / view.k + HEIGHT,
  };
  paintEdges(graph, box, share < 1 ? eased : 1);
  const seen = [];
  for (const node of graph.nodes) {
    const [x, y] = placeOf(node, eased);
    if (y > box.top && y < box.bottom && x + node.w / 2 > box.left && x - node.w / 2 < box.right) seen.push([node, x, y]);
  }
  if (view.k >= 0.7 && share >= 1) paintTypes(seen);
  for (const [node, x, y] of seen) paintNode(node, x * view.k + view.x, y * view.k + view.y);
  for (const [node, x, y] of seen) paintRings(node, x * view.k + view.x, y * view.k + view.y);
  for (const [node, x, y] of seen) paintBadges(node, x * view.k + view.x, y * view.k + view.y);
  paintMinimap();
  if (tween) repaint();
  else mirrorSoon();
}

function paintEdges(graph, box, alpha) {
  const seen = graph.edges.filter(
    (e) => e.bottom > box.top && e.top < box.bottom && e.right > box.left - 40 && e.left < box.right + 40,
  );
  const near = new Set([state.node, state.hover]);
  pen.globalAlpha = alpha * (state.hits ? 0.35 : 1);
  pen.setLineDash([]);
  const stroke = (edges, colour, width) => {
    if (!edges.length) return;
    pen.beginPath();
    for (const edge of edges) trace(edge.points);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  };
  const plain = seen.filter((e) => !near.has(e.from.id) && !near.has(e.to.id));
  const thin = Math.min(1, Math.max(0.5, view.k * 1.4));
  stroke(
    plain.filter((e) => !e.integer),
    theme["edge-float"],
    1.2 * thin,
  );
  stroke(
    plain.filter((e) => e.integer),
    theme["edge-integer"],
    2.2 * thin,
  );
  stroke(
    seen.filter((e) => near.has(e.from.id) || near.has(e.to.id)),
    theme.accent,
    2.4,
  );
  pen.globalAlpha = 1;
  if (view.k >= 0.35 && alpha === 1) for (const edge of seen) arrow(edge, near.has(edge.from.id) || near.has(edge.to.id));
}

/** A line through the points, its corners rounded. */
function trace(points) {
  const at = ([x, y]) => [x * view.k + view.x, y * view.k + view.y];
  const [sx, sy] = at(points[0]);
  pen.moveTo(sx, sy);
  if (points.length === 2) {
    const [ex, ey] = at(points[1]);
    const half = (ey - sy) / 2;
    if (Math.abs(ex - sx) < 2) pen.lineTo(ex, ey);
    else pen.bezierCurveTo(sx, sy + half, ex, ey - half, ex, ey);
    return;
  }
  for (let i = 1; i < points.length - 1; i += 1) {
    const [bx, by] = at(points[i]);
    const [nx, ny] = at(points[i + 1]);
    const end = i === points.length - 2;
    pen.quadraticCurveTo(bx, by, end ? nx : (bx + nx) / 2, end ? ny : (by + ny) / 2);
  }
}

function arrow(edge, strong) {
  const [x, y] = edge.points.at(-1);
  const [sx, sy] = [x * view.k + view.x, y * view.k + view.y];
  const size = Math.min(5, 5.5 * view.k);
  pen.fillStyle = strong ? theme.accent : edge.integer ? theme["edge-integer"] : theme["edge-float"];
  pen.beginPath();
  pen.moveTo(sx, sy);
  pen.lineTo(sx - size * 0.8, sy - size * 1.4);
  pen.lineTo(sx + size * 0.8, sy - size * 1.4);
  pen.fill();
}

/** The type of each result under its operation. */
function paintTypes(seen) {
  pen.textAlign = "left";
  pen.textBaseline = "top";
  const size = Math.min(Math.max(10.5 * view.k, 9.5), 13);
  for (const [node, x, y] of seen) {
    const results = node.users.length ? (node.version.results ?? []) : [];
    pen.globalAlpha = dimmed(node);
    const sy = (y + HEIGHT / 2) * view.k + view.y + 3;
    results.slice(0, 3).forEach((type, i) => {
      const sx = (x + slot(i, results.length, node.w)) * view.k + view.x + 6;
      const text = clip(type, Math.max(node.w * view.k * 0.9, 22 * size), size, theme.sans);
      pen.font = `${size}px ${theme.sans}`;
      pen.lineWidth = 3;
      pen.strokeStyle = theme.graph;
      pen.strokeText(text, sx, sy);
      pen.fillStyle = theme.dim;
      pen.fillText(text, sx, sy);
    });
  }
  pen.globalAlpha = 1;
}

function outline(x, y, w, height, radius) {
  pen.beginPath();
  pen.roundRect(x, y, w, height, Math.min(radius, height / 2));
}

/** Operations that a search did not find recede. */
const dimmed = (node) => (state.hits && !state.hits.has(node.id) ? 0.25 : 1);

function paintNode(node, sx, sy) {
  const look = lookOf(node.version);
  const [w, height] = [Math.max(node.w * view.k, 2), Math.max(HEIGHT * view.k, 2)];
  const [x, y] = [sx - w / 2, sy - height / 2];
  const far = height < 13;
  pen.globalAlpha = dimmed(node);
  outline(x, y, w, height, look.radius * Math.min(view.k, 1.5));
  pen.fillStyle = far ? look.far : look.fill;
  pen.fill();
  if (look.hatch && height >= 4) {
    paintHatch(x, y, w, height, far ? theme.graph : look.far);
    outline(x, y, w, height, look.radius * Math.min(view.k, 1.5));
  }
  if (!far) {
    pen.setLineDash(look.dash);
    pen.lineWidth = look.width;
    pen.strokeStyle = look.edge;
    pen.stroke();
    pen.setLineDash([]);
    if (look.stripe) {
      pen.fillStyle = look.far;
      pen.fillRect(x, y + 1, Math.min(5 * view.k, 6), height - 2);
    }
    paintText(node.version, look, x, y, w, height);
  }
  pen.globalAlpha = 1;
}

/** Diagonals: near, in the right corner only, where no text is. */
function paintHatch(x, y, w, height, colour) {
  const far = height < 13;
  pen.save();
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = far ? 0.8 : 1;
  pen.globalAlpha *= far ? 0.75 : 0.55;
  pen.beginPath();
  const gap = far ? Math.max(3, height * 0.6) : 5;
  const start = far ? x - height : x + w - 12;
  for (let at = start; at < x + w + height; at += gap) {
    pen.moveTo(at, y + height);
    pen.lineTo(at + height, y);
  }
  pen.stroke();
  pen.restore();
}

const widths = new Map();
const ruler = new OffscreenCanvas(1, 1).getContext("2d");

/** As much of a text as fits, its end (`tail`) or its beginning; letters of `mono` are all as wide as one. */
function clip(text, room, size, font, tail = false) {
  const key = `${font}|${text}`;
  if (!widths.has(key)) {
    ruler.font = `100px ${font}`;
    widths.set(key, ruler.measureText(text).width / 100);
  }
  const width = widths.get(key) * size;
  if (width <= room) return text;
  const keep = Math.max(1, Math.floor((text.length * room) / width) - 1);
  return tail ? `…${text.slice(-keep)}` : `${text.slice(0, keep)}…`;
}

function paintText(version, look, x, y, w, height) {
  const kernel = version.op.startsWith("kernel.");
  const detailed = height >= 30;
  const scale = Math.min(Math.max(view.k, 0.9), 1.6);
  const size = detailed ? 12.5 * scale : Math.min(Math.max(12.5 * view.k, 8.5), 12);
  const pad = 6 + 5 * Math.min(view.k, 1);
  const chip = detailed || w > 110 ? version.precision : "";
  const small = size * 0.85;
  const middle = detailed ? y + height * (height > 60 ? 0.2 : 0.32) : y + height / 2;
  let room = w - 2 * pad;
  pen.textBaseline = "middle";
  if (chip) {
    pen.textAlign = "right";
    pen.font = `600 ${small}px ${theme.mono}`;
    pen.fillStyle = look.chip ?? look.edge;
    pen.fillText(chip, x + w - pad, middle);
    room -= pen.measureText(chip).width + 8;
  }
  pen.textAlign = "left";
  const dot = version.op.indexOf(".") + 1;
  const whole = clip(version.op, room, size, theme.mono) === version.op;
  const [dialect, name] = [whole ? version.op.slice(0, dot) : "", version.op.slice(dot)];
  const cut = whole ? version.op : clip(name, room, size, theme.mono);
  pen.font = `${size}px ${theme.mono}`;
  pen.fillStyle = look.dim;
  const front = cut.slice(0, dialect.length);
  if (front) pen.fillText(front, x + pad, middle);
  const offset = front ? pen.measureText(front).width : 0;
  pen.font = `600 ${size}px ${theme.mono}`;
  pen.fillStyle = look.ink;
  if (name) pen.fillText(cut.slice(dialect.length), x + pad + offset, middle);
  if (!detailed) return;
  const second =
    kernel && version.inner?.length ? version.inner.map((op) => op.slice(op.indexOf(".") + 1)).join(" → ") : version.place;
  line(second, y + height * (height > 60 ? 0.5 : 0.69), kernel);
  if (height > 60) line(kernel ? version.place : (version.results ?? []).join(", "), y + height * 0.78, true);

  function line(text, at, front) {
    if (!text) return;
    pen.font = `${small}px ${theme.sans}`;
    pen.fillStyle = look.dim;
    pen.fillText(clip(text, w - 2 * pad, small, theme.sans, !front), x + pad, at);
  }
}

/** Outlines: what the pass did, what is pointed at, what is selected. */
function paintRings(node, sx, sy) {
  const [w, height] = [Math.max(node.w * view.k, 2), Math.max(HEIGHT * view.k, 2)];
  const [x, y] = [sx - w / 2, sy - height / 2];
  const ring = (gap, width, colour) => {
    outline(x - gap, y - gap, w + 2 * gap, height + 2 * gap, gap + (SHAPES[node.version.kind] ?? SHAPES.other).radius);
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  };
  const mark = shownMarks().get(node.id);
  pen.globalAlpha = dimmed(node);
  if (state.lit.has(node.id)) ring(height < 13 ? 3 : 5, 4, theme.lit);
  if (mark && height >= 8 && !(mark === "changed" && changesOf(state.stage).slight.has(node.id)))
    ring(height < 13 ? 0.5 : 2, height < 13 || mark === "changed" ? 1.5 : 2.5, theme[mark]);
  pen.globalAlpha = 1;
  if (node.id === state.hover) ring(1, 2, theme.accent);
  if (node.id === state.node) ring(height < 13 ? 2 : 3.5, 3, theme.accent);
}

/** Symbols of what the pass did, at the corners; far out, a short bar beside the box stands for each. */
function paintBadges(node, sx, sy) {
  const [w, height] = [Math.max(node.w * view.k, 2), Math.max(HEIGHT * view.k, 2)];
  const [x, y] = [sx - w / 2, sy - height / 2];
  const mark = shownMarks().get(node.id);
  const lost = state.peek ? undefined : changesOf(state.stage).lost.get(node.id);
  pen.globalAlpha = dimmed(node);
  if (mark) badge(x, y, SYMBOLS[mark], theme[mark], height);
  if (lost) badge(x + w, y, `${SYMBOLS.gone}${lost.length}`, theme.gone, height);
  pen.globalAlpha = 1;
}

function badge(x, y, text, colour, height) {
  if (height < 10) {
    pen.fillStyle = colour;
    pen.fillRect(x - 2, y, 4, height);
    return;
  }
  const size = height < 18 ? 9 : 12;
  pen.font = `700 ${size}px ${theme.mono}`;
  const w = Math.max(pen.measureText(text).width + 6, size + 3);
  outline(x - w / 2, y - size / 2 - 2, w, size + 3, 99);
  pen.fillStyle = colour;
  pen.fill();
  pen.fillStyle = theme.graph;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, x, y);
}

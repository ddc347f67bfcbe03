// How a node looks: by kind of arithmetic, by drift or by time. Shape, border and text say the same as the hue.

const theme = {};

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  for (const name of [
    "page",
    "panel",
    "graph",
    "ink",
    "dim",
    "line",
    "accent",
    "lit",
    "new",
    "changed",
    "gone",
    "none",
    "edge-float",
    "edge-integer",
  ]) {
    theme[name] = style.getPropertyValue(`--${name}`).trim();
  }
  for (const kind of KINDS) {
    const colour = (part) => style.getPropertyValue(`--${kind}-${part}`).trim();
    theme[kind] = { fill: colour("fill"), edge: colour("edge"), far: colour("far"), ink: theme.ink, dim: theme.dim };
  }
  theme.mono = style.getPropertyValue("--mono").trim();
  theme.sans = style.getPropertyValue("--sans").trim();
}

const SHAPES = {
  integer: { width: 1.5, dash: [], radius: 3, stripe: true },
  float: { width: 1.5, dash: [5, 3], radius: 3, hatch: true },
  cast: { width: 1.2, dash: [], radius: 99 },
  other: { width: 1, dash: [], radius: 8 },
};

// Cividis (Nuñez, Anderton and Renslow, 2018): even steps of lightness, alike to readers with and without colour blindness.
const RAMP = [
  [0, 34, 78],
  [53, 69, 108],
  [102, 105, 112],
  [148, 142, 119],
  [200, 184, 102],
  [254, 232, 56],
];

function ramp(share) {
  const at = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const low = Math.min(Math.floor(at), RAMP.length - 2);
  return RAMP[low].map((value, i) => Math.round(value + (RAMP[low + 1][i] - value) * (at - low)));
}

const rampStyle = `linear-gradient(90deg, ${RAMP.map((rgb) => `rgb(${rgb.join()})`).join()})`;
const finite = data.drift.map((row) => row.sqnr).filter((value) => value !== null);
const worst = Math.floor(Math.min(...finite, 60) / 10) * 10;
const best = Math.max(Math.ceil(Math.max(...finite, 0) / 10) * 10, worst + 10);
const longest = Math.max(...data.kernels.map((row) => row.ns ?? 0), 1);

/** What nodes may be coloured by: a share in [0, 1] of the ramp for an operation, or null where nothing is known. */
const COLOURINGS = {
  kind: { label: "precision", share: null },
  drift: {
    label: "drift",
    low: `${worst} dB`,
    high: `${best} dB or equal`,
    share: (version) => {
      const row = driftOf(version);
      return row ? (row.sqnr === null ? 1 : (row.sqnr - worst) / (best - worst)) : null;
    },
  },
  time: {
    label: "time",
    low: "0",
    high: `${span(longest)}, root scale`,
    share: (version) => {
      const row = kernelOf(version);
      return row && row.ns !== null ? Math.sqrt(row.ns / longest) : null;
    },
  },
};

/** Colours and shape of an operation. On the ramp, ink is black or white, whichever stands out more. */
function lookOf(version) {
  const shape = SHAPES[version.kind] ?? SHAPES.other;
  const own = theme[version.kind] ?? theme.other;
  const { share } = COLOURINGS[state.by];
  if (!share) return { ...own, ...shape };
  const value = share(version);
  if (value === null) return { ...own, ...shape, fill: theme.none, far: theme.none, hatch: false };
  const rgb = ramp(value);
  const colour = `rgb(${rgb.join()})`;
  const light = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 117;
  const ink = light ? "#000000" : "#ffffff";
  return { ...shape, fill: colour, far: colour, edge: theme.dim, ink, dim: ink, chip: ink, hatch: false, stripe: false };
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  readTheme();
  repaint();
});
const calm = matchMedia("(prefers-reduced-motion: reduce)");

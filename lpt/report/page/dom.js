// Elements and the text of numbers. All text of the report enters the page through `append`, never as markup.

const $ = (id) => document.getElementById(id);

/** An element; attributes whose value is a function are listeners, `null` and `false` leave one out. */
function h(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function svg(tag, attributes = {}, ...children) {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function say(text) {
  $("status").textContent = text;
}

const grouped = (n) => Math.round(n).toLocaleString("en");

/** 4.09 G, 118 M, 512: three digits and a prefix; `step` is 1024 for bytes. */
function si(n, unit = "", step = 1000) {
  const prefixes = step === 1024 ? ["", "Ki", "Mi", "Gi", "Ti"] : ["", "k", "M", "G", "T"];
  let power = 0;
  let value = n;
  while (Math.abs(value) >= step && power < prefixes.length - 1) {
    value /= step;
    power += 1;
  }
  const digits = power === 0 ? 0 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${prefixes[power]}${unit}`.trim();
}

/** A time given in nanoseconds. */
function span(ns) {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(2)} s`;
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(ns >= 1e8 ? 0 : ns >= 1e7 ? 1 : 2)} ms`;
  return ns >= 1e3 ? `${(ns / 1e3).toFixed(ns >= 1e5 ? 0 : 1)} µs` : `${ns.toFixed(0)} ns`;
}

const percent = (share) => `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;

/** A real number in at most four digits. */
function real(x) {
  if (x === 0 || !Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  const text = size >= 1e5 || size < 1e-4 ? x.toExponential(2) : String(Number(x.toPrecision(4)));
  return text.replaceAll("-", "−").replace("e+", "e");
}

const decibels = (value) => (value === null ? "equal bits" : `${value.toFixed(1).replace("-", "−")} dB`);

const plural = (n, word) => `${grouped(n)} ${word}${n === 1 ? "" : "s"}`;

/** `[a, b]` as one number where they agree. */
const extent = ([low, high]) => (low === high ? real(low) : `${real(low)} … ${real(high)}`);

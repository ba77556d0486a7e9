// Makes elements. Text is always added as text nodes: this page never parses a string as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element with attributes (a function is a listener: onclick; false, null and undefined are left out) and children. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Make one of the drawings in index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Return the colour class of an id. */
export function tint(id) {
  return `tint-${Math.abs(id) % 7}`;
}

/** Return the first letters of a name's first two words. */
export function initials(name) {
  const words = name.trim().split(/\s+/u).slice(0, 2);
  return words.map((word) => [...word][0] ?? "").join("").toUpperCase() || "?";
}

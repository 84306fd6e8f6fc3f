// Evaluated inside a page by `report-page.ts`: what a reader meets on it, as plain values. Sizes in CSS pixels.
(() => {
  const parsed = (color) => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    return { color: [red, green, blue], alpha };
  };
  const backgroundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { color, alpha } = parsed(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return color;
      if (alpha !== 0) throw new Error(`a half-transparent background on ${at.tagName}`);
    }
    return matchMedia("(prefers-color-scheme: dark)").matches && document.querySelector("style") !== null
      ? [0, 0, 0]
      : [255, 255, 255];
  };
  const isFolded = (element) => {
    for (let at = element; at !== null; at = at.parentElement)
      if (at.tagName === "DETAILS" && !at.open && !at.querySelector(":scope > summary").contains(element))
        return true;
    return false;
  };
  const boxOf = ({ left, right, top, bottom }) => ({
    left,
    right,
    top: top + scrollY,
    bottom: bottom + scrollY,
  });
  const isDrawn = ({ width, height }) => width > 0 && height > 0;

  const texts = [];
  const hidden = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    // What a picture says to those who hear it, and what is folded away, is not for the eye.
    if (text === "" || element.closest("title, desc, style") !== null) continue;
    if (isFolded(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter(isDrawn).map(boxOf);
    const style = getComputedStyle(element);
    const isShown =
      boxes.length > 0 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!isShown) {
      hidden.push(text);
      continue;
    }
    const isInSvg = element instanceof SVGElement;
    texts.push({
      text,
      isInSvg,
      color: parsed(isInSvg ? style.fill : style.color).color,
      background: backgroundOf(element),
      sizePx: Number.parseFloat(style.fontSize),
      // Blanks at the end of a broken line hang over the edge, where nobody sees them.
      boxes: element.closest("details pre") === null ? boxes : [],
    });
  }
  const bars = [...document.querySelectorAll("svg g rect")].map((bar) => boxOf(bar.getBoundingClientRect()));
  const wide = [...document.querySelectorAll("pre, table, svg, dl")].filter(
    (each) => each.scrollWidth > each.clientWidth + 1,
  );
  return {
    wide: wide.map(({ tagName }) => tagName),
    texts,
    hidden,
    bars,
    widthPx: innerWidth,
    contentPx: document.documentElement.scrollWidth,
  };
})();

// The contrast of every visible text with the colours under it: {what: ratio}, by WCAG 2.2.
() => {
  const channels = (colour) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) {
      const [r, g, b, alpha] = channels(getComputedStyle(node).backgroundColor);
      layers.push([[r, g, b], alpha / 255]);
      if (alpha === 255) break;
    }
    const blend = (under, [over, alpha]) => under.map((value, i) => value + (over[i] - value) * alpha);
    return layers.reverse().reduce(blend, [255, 255, 255]);
  };
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const a = light(channels(getComputedStyle(element).color).slice(0, 3));
    const b = light(ground(element));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const what = `${element.tagName}.${element.className}: ${walker.currentNode.data}`;
    found[what] = Math.min(found[what] ?? Infinity, contrast);
  }
  return found;
}

// Sets the light or dark theme before the first paint. Without a choice of the reader it follows the system.
"use strict";
{
  const KEY = "theme";
  const root = document.documentElement;
  const systemIsNight = matchMedia("(prefers-color-scheme: dark)");

  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off
    }
  };
  const remember = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // storage is switched off: the choice is kept until the page is closed
    }
  };
  const show = () => {
    const chosen = root.dataset.chosen;
    root.dataset.theme = chosen === "day" || chosen === "night" ? chosen : systemIsNight.matches ? "night" : "day";
  };

  root.dataset.chosen = remembered() ?? "";
  show();
  systemIsNight.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#toggle-theme")) return;
    root.dataset.chosen = root.dataset.theme === "night" ? "day" : "night";
    remember(root.dataset.chosen);
    show();
  });
}

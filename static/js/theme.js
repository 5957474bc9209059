// Runs before the first paint: "auto" follows the system, which the server cannot know.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = root.dataset.theme;
    root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    document.dispatchEvent(new CustomEvent("theme:change", { detail: root.dataset.bsTheme }));
  };
  dark.addEventListener("change", show);
  window.setTheme = (chosen) => {
    root.dataset.theme = chosen;
    document.cookie = `theme=${chosen};path=/;max-age=31536000;samesite=lax`;
    show();
  };
  root.classList.add("js");
  show();
})();

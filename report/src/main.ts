// Draws the pictures of the page from the JSON in it. Everything that it says is in the page without it.

import "./colours.css";
import "./pictures.css";
import "./style.css";
import { figures } from "./figures";
import { Frame } from "./frame";
import { onTheme, startTheme } from "./theme";
import { startTips } from "./tips";

function start(): void {
  const source = document.getElementById("data");
  const data: Record<string, unknown> = JSON.parse(source?.textContent ?? "{}");
  startTheme();
  startTips();
  const frames: Frame[] = [];
  for (const place of document.querySelectorAll<HTMLElement>("[data-chart]")) {
    const id = place.dataset["chart"] ?? "";
    const make = figures[id];
    if (make && data[id]) frames.push(new Frame(place, make(data[id])));
  }
  // What is near the eye first, the rest when there is time.
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const frame = frames.find((one) => one.place === entry.target);
        if (!frame) continue;
        frame.isNear = entry.isIntersecting;
        if (entry.isIntersecting) frame.draw();
      }
    },
    { rootMargin: "300px" },
  );
  frames.forEach((frame) => seen.observe(frame.place));
  const rest = (): void => {
    const next = frames.find((frame) => !frame.isDrawn || frame.isStale);
    if (!next) return;
    next.draw();
    if (next.isStale) next.redraw();
    later(rest);
  };
  later(rest);
  onTheme(() => {
    frames.forEach((frame) => (frame.isNear ? frame.redraw() : frame.age()));
    later(rest);
  });
  window.addEventListener("resize", () => frames.forEach((frame) => frame.resize()));
  window.addEventListener("beforeprint", () => {
    document.documentElement.dataset["printing"] = "";
    frames.forEach((frame) => frame.print());
  });
  window.addEventListener("afterprint", () => {
    delete document.documentElement.dataset["printing"];
    frames.forEach((frame) => frame.unprint());
  });
  document.documentElement.dataset["ready"] = String(Math.round(performance.now()));
}

function later(work: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(work);
  else setTimeout(work, 50);
}

start();

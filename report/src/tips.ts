// Places what a number says where it can be read: inside the window, above whatever scrolls. Escape hides it.

const GAP = 6;

export function startTips(): void {
  const show = (event: Event): void => {
    const number = (event.target as Element | null)?.closest?.<HTMLElement>(".n");
    const tip = number?.nextElementSibling as HTMLElement | null;
    if (!number || !tip) return;
    delete tip.dataset["hidden"];
    tip.style.position = "fixed";
    tip.style.left = "0";
    tip.style.right = "auto";
    tip.style.top = "0";
    // It is measured where it is shown, and it is shown because of the same event.
    requestAnimationFrame(() => {
      const at = number.getBoundingClientRect();
      const size = tip.getBoundingClientRect();
      const wide = document.documentElement.clientWidth;
      const left = Math.max(GAP, Math.min(at.left, wide - size.width - GAP));
      const below = at.bottom + GAP;
      const isRoom = below + size.height < window.innerHeight;
      tip.style.left = `${left}px`;
      tip.style.top = `${isRoom ? below : Math.max(GAP, at.top - GAP - size.height)}px`;
    });
  };
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const tip of document.querySelectorAll<HTMLElement>(".tip")) {
      if (getComputedStyle(tip).display !== "none") tip.dataset["hidden"] = "";
    }
  });
}

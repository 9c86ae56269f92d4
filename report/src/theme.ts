// Light and dark: the system's choice until the reader makes one, and the colours that charts read.

export interface Palette {
  ink: string;
  muted: string;
  line: string;
  paper: string;
  supply: string;
  demand: string;
  good: string;
  bad: string;
  ramp: string[];
}

type Theme = "light" | "dark";

const KEY = "offtake-theme";
const listeners: (() => void)[] = [];

/// Calls `listener` whenever the colours change.
export function onTheme(listener: () => void): void {
  listeners.push(listener);
}

/// Makes the switch work, and follows the system.
export function startTheme(): void {
  const button = document.getElementById("theme") as HTMLButtonElement | null;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = stored();
  if (chosen) document.documentElement.dataset["theme"] = chosen;
  const name = (): void => {
    if (button) button.textContent = isDark() ? "Light" : "Dark";
  };
  name();
  if (button) {
    button.hidden = false;
    button.setAttribute("aria-label", "Switch between light and dark");
    button.addEventListener("click", () => {
      const next: Theme = isDark() ? "light" : "dark";
      document.documentElement.dataset["theme"] = next;
      store(next);
      name();
      listeners.forEach((listener) => listener());
    });
  }
  system.addEventListener("change", () => {
    name();
    listeners.forEach((listener) => listener());
  });
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// A page that is opened from a disk may have no storage.
function stored(): Theme | null {
  try {
    const found = localStorage.getItem(KEY);
    return found === "light" || found === "dark" ? found : null;
  } catch {
    return null;
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    /* then the choice lasts as long as the page */
  }
}

/// Returns the colours that hold now.
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read("ink"),
    muted: read("muted"),
    line: read("line"),
    paper: read("paper"),
    supply: read("supply"),
    demand: read("demand"),
    good: read("good"),
    bad: read("bad"),
    ramp: [0, 1, 2, 3, 4, 5, 6].map((step) => read(`ramp-${step}`)),
  };
}

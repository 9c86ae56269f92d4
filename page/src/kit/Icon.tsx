// The few pictures of the page, drawn in one weight.

import type { ReactNode } from "react";

const PATHS = {
  home: "M4 11l8-7 8 7M6 10v10h12V10",
  book: "M5 4h9a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h9",
  sliders: "M5 4v16M12 4v16M19 4v16M3 9h4M10 15h4M17 8h4",
  links: "M6 6m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M18 6m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M12 18m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M8 6h8M7 8l4 8M17 8l-4 8",
  coin: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM14.5 9.2c-.6-.8-1.5-1.2-2.5-1.2-1.4 0-2.5.8-2.5 2s1.1 1.7 2.5 2 2.5.8 2.5 2-1.1 2-2.5 2c-1 0-1.9-.4-2.5-1.2M12 6.5v11",
  flag: "M6 21V4M6 5h11l-2 4 2 4H6",
  play: "M7 5l12 7-12 7z",
  down: "M12 4v12M7 11l5 5 5-5M5 20h14",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  warning: "M12 4 3 20h18zM12 10v4M12 17h.01",
  funnel: "M4 5h16l-6 7v6l-4 2v-8z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2 .8 3 2.9 3 5.5",
  check: "M4 12.5 9.5 18 20 6",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14a8 8 0 1 1-9.5-10A6.5 6.5 0 0 0 20 14z",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.8} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

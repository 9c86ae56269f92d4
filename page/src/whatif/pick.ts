// Which of a long list are shown: those that are found, and of what is set all.

export interface Item {
  key: string;
  text: string;
  isSet: boolean;
}

/// The items to show in the order they came in, and how many more there are.
export function shownOf<One extends Item>(all: One[], text: string, most: number): { shown: One[]; more: number } {
  const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((item) => item.isSet || parts.every((part) => item.text.toLowerCase().includes(part)));
  let room = Math.max(0, most - found.filter(({ isSet }) => isSet).length);
  const shown = found.filter(({ isSet }) => isSet || room-- > 0);
  return { shown, more: found.length - shown.length };
}

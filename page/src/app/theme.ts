// Calm and dense: one blue, one orange, system type, in light and dark.

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const supply: MantineColorsTuple = [
  "#e9f3fb", "#d2e4f3", "#a3c8e8", "#71abdd", "#4a92d3", "#3182cd", "#1f74c0", "#1b6ca8", "#115589", "#07426e",
];

export const theme = createTheme({
  primaryColor: "supply",
  primaryShade: { light: 7, dark: 6 },
  colors: { supply },
  autoContrast: true,
  defaultRadius: "sm",
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.35rem" }, h2: { fontSize: "1.05rem" } } },
});

/// Links have the colour that the report's have, which can be read on the paper of either theme.
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-anchor": "var(--link)" },
  dark: { "--mantine-color-anchor": "var(--link)" },
});

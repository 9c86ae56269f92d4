// What all walks through the page have in common: a browser, the way in, the way from room to room, and what is wrong.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const problems = [];

/// Notes that something is not as it should be.
export const wrong = (text) => problems.push(text);

/// Runs a walk; ends with 1, and says why, when something is wrong or it takes too long.
export async function run(minutes, walk) {
  setTimeout(() => {
    console.error(`wrong: took over ${minutes} minutes`);
    process.exit(1);
  }, minutes * 60_000).unref();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    await walk(browser);
  } catch (error) {
    wrong(error.message);
  }
  await browser.close();
  for (const problem of problems) console.error(`wrong: ${problem}`);
  process.exit(problems.length > 0 ? 1 : 0);
}

/// Opens the page in a browser of its own; `isCalm` is false while the desk is away.
export async function open(browser, url, who, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const opened = { page, context, isCalm: true };
  page.on("pageerror", (error) => wrong(`${who}: script error: ${error.message}`));
  page.on("console", (message) => {
    if (opened.isCalm && ["error", "warning"].includes(message.type())) wrong(`${who}: console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(url) && !/^(data|blob):/.test(asked)) wrong(`${who}: asks for ${asked}`);
  });
  await page.goto(url);
  return opened;
}

/// Goes in by a token; `room` is where its holder comes to.
export async function logIn(page, secret, room) {
  await page.getByLabel("Token").fill(secret);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: room, exact: true }).waitFor();
}

/// Goes to a room by the menu, which is behind a button where the window is narrow.
export async function enter(page, room) {
  const menu = page.getByRole("button", { name: "Open the menu" });
  const isNarrow = await menu.isVisible();
  if (isNarrow) await menu.click();
  await page.getByRole("navigation").getByRole("link", { name: room, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: room, exact: true }).waitFor();
  if (isNarrow) await menu.waitFor();
}

/// Looks at rooms in one theme and width: nothing wider than the window, and no violation.
export async function look(browser, { url, secret, home, rooms, colorScheme, width, shots }) {
  const { page, context } = await open(browser, url, `${colorScheme} ${width}`, { colorScheme, viewport: { width, height: 900 } });
  await check(page, `login ${colorScheme} ${width}`);
  await logIn(page, secret, home);
  for (const room of rooms) {
    await enter(page, room);
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    await page.waitForTimeout(350);
    await check(page, `${room} ${colorScheme} ${width}`);
    const name = room.toLowerCase().replaceAll(" ", "-");
    if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
  }
  await context.close();
}

export async function check(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) wrong(`${where}: ${wide} px wider than the window`);
  // Axe has to run in the page, whose policy lets no script in but its own: the debugger's door is not the page's.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
  for (const { id, nodes } of found.violations) wrong(`${where}: axe ${id}: ${nodes[0]?.target.join(" ")} (${nodes.length})`);
}

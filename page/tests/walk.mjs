// Walks through the page in headless Chromium against a desk that runs: a quote that becomes a commitment in two tenants'
// browsers at once, a restart in the middle, a token that is barred; every room in both themes and three widths. Prints
// what it finds; ends with 1 when something is wrong. Asks for a restart by the line RESTART and waits for a line.
//
//   node tests/walk.mjs URL ADMIN-TOKEN [--shots DIR]

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [url, admin, flag, shots] = process.argv.slice(2);
if (!url || !admin) {
  console.error("usage: node tests/walk.mjs URL ADMIN-TOKEN [--shots DIR]");
  process.exit(2);
}
const MOST_FIRST_PAGE = 400 * 1024;
const problems = [];
const wrong = (text) => problems.push(text);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

setTimeout(() => {
  console.error("wrong: took over four minutes");
  process.exit(1);
}, 240_000).unref();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  await walk();
} catch (error) {
  wrong(error.message);
}
await browser.close();
for (const problem of problems) console.error(`wrong: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

/// Opens the page in a browser of its own; `isCalm` is false while the desk is away.
async function open(who, options = {}) {
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
    if (!asked.startsWith(url) && !asked.startsWith("data:")) wrong(`${who}: asks for ${asked}`);
  });
  await page.goto(url);
  return opened;
}

async function logIn(page, secret) {
  await page.getByLabel("Token").fill(secret);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Capacity", exact: true }).waitFor();
}

async function enter(page, room) {
  await page.getByRole("navigation").getByRole("link", { name: room }).click();
  await page.getByRole("heading", { level: 1, name: room }).waitFor();
}

async function walk() {
  const house = await open("admin");
  await firstPage(house.page);
  await house.page.getByLabel("Token").fill("offtake_wrong");
  house.isCalm = false;
  await house.page.keyboard.press("Enter");
  await house.page.getByText("This token opens nothing").waitFor();
  await logIn(house.page, admin);
  house.isCalm = true;
  const secrets = {};
  for (const name of ["acme", "orbit"]) secrets[name] = await tenant(house.page, name);
  const [acme, orbit] = [await open("acme"), await open("orbit")];
  await logIn(acme.page, secrets.acme);
  await logIn(orbit.page, secrets.orbit);
  // The same moment, the same GPUs.
  [acme, orbit].forEach((opened) => (opened.isCalm = false));
  await Promise.all([hold(acme.page), hold(orbit.page)]);
  [acme, orbit].forEach((opened) => (opened.isCalm = true));
  const held = await Promise.all([acme, orbit].map(({ page }) => promised(page)));
  if (held[0] + held[1] !== 32) wrong(`${held[0]} and ${held[1]} GPUs are held of 32`);
  await confirm(acme.page);
  await follows(house.page);
  await restart([house, acme, orbit]);
  await confirm(orbit.page);
  await isolated(orbit.page);
  await barred(house.page, orbit);
  await audit(house.page);
  await keyboard(house.page);
  const secret = { admin, acme: secrets.acme };
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1440, 820, 390]) await look(colorScheme, width, secret.admin);
  }
  acme.isCalm = false;
  await denied(acme.page);
}

/// What is fetched before anything is shown.
async function firstPage(page) {
  const bytes = await page.evaluate(() =>
    performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation")).reduce((sum, entry) => sum + entry.transferSize, 0),
  );
  console.log(`first page: ${bytes} bytes`);
  if (bytes > MOST_FIRST_PAGE) wrong(`the first page has ${bytes} bytes, over ${MOST_FIRST_PAGE}`);
}

/// Enters a tenant, and returns the secret of a token of its own.
async function tenant(page, name) {
  await enter(page, "Tenants");
  await page.getByRole("textbox", { name: "Id", exact: true }).fill(name);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name.toUpperCase());
  await page.getByRole("button", { name: "Enter" }).click();
  await page.getByRole("cell", { name: name.toUpperCase() }).waitFor();
  await page.getByLabel("Name of a new token").fill(`${name}-page`);
  await page.getByRole("combobox", { name: "Of tenant" }).click();
  await page.getByRole("option", { name }).click();
  await page.getByRole("button", { name: "Make" }).click();
  const secret = page.locator("code", { hasText: "offtake_" });
  await page.getByText(`${name}-page: shown this once`).waitFor();
  return secret.innerText();
}

/// Asks for too many, takes what comes nearest, and holds it.
async function hold(page) {
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByText("cannot be had so").waitFor();
  await page.getByRole("button", { name: /^16 GPUs/ }).click();
  await page.getByRole("button", { name: "Hold", exact: true }).first().click();
  // Whoever comes second is told why, or has held another pool.
  await page.getByText(/^Held$|The desk says no/).first().waitFor();
  if ((await page.getByText("The desk says no").count()) > 0) {
    await page.getByRole("button", { name: "Ask" }).click();
    await page.getByRole("button", { name: "Hold", exact: true }).first().click();
    await page.getByText(/^Held$/).first().waitFor();
  }
}

/// Returns the GPUs that a tenant sees as promised to it.
async function promised(page) {
  await enter(page, "Promises");
  await page.getByRole("button", { name: "Confirm" }).first().waitFor();
  const counts = await page.locator("tbody .num:first-child").allInnerTexts();
  return counts.filter((text) => /^\d+$/.test(text)).reduce((sum, text) => sum + Number(text), 0);
}

async function confirm(page) {
  await enter(page, "Promises");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("table").getByText("committed").waitFor();
}

/// What a tenant confirms shows on the desk's page by itself.
async function follows(page) {
  await enter(page, "Promises");
  await page.getByRole("row", { name: /committed/i }).filter({ hasText: "acme" }).waitFor();
  await page.getByRole("row", { name: /held/i }).filter({ hasText: "orbit" }).waitFor();
}

async function restart(all) {
  all.forEach((opened) => (opened.isCalm = false));
  console.log("RESTART");
  await lines.next();
  for (const { page } of all) await page.getByRole("status", { name: /^Shown as it is/ }).waitFor();
  all.forEach((opened) => (opened.isCalm = true));
}

/// A tenant sees nothing of others.
async function isolated(page) {
  const text = (await page.locator("main").innerText()).toLowerCase();
  if (text.includes("acme")) wrong("orbit sees acme");
  const rooms = await page.getByRole("navigation").getByRole("link").allInnerTexts();
  if (rooms.join() !== "Capacity,Promises,Breaches") wrong(`orbit sees ${rooms.join()}`);
}

/// A token that is barred while it is used leads back to the login, and says why.
async function barred(page, orbit) {
  await enter(page, "Tenants");
  orbit.isCalm = false;
  await page.getByRole("row", { name: /orbit-page/ }).getByRole("button", { name: "Bar" }).click();
  await page.getByRole("row", { name: /orbit-page/ }).getByText("barred").waitFor();
  await orbit.page.getByText("This token opens nothing").waitFor();
}

async function audit(page) {
  await enter(page, "Audit");
  await page.getByRole("button", { name: "Recount the ledger" }).click();
  await page.getByText("It adds up").waitFor();
}

/// The calendar by keyboard: a stretch of a pool that is chosen is in the form.
async function keyboard(page) {
  await enter(page, "Capacity");
  const calendar = page.getByRole("application", { name: /^Free GPUs of/ });
  await calendar.focus();
  for (const key of ["+", "ArrowRight", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await page.getByText(/any type · \S+ · 90/).waitFor();
  await page.keyboard.press("Tab");
  const focused = await page.evaluate(() => document.activeElement !== document.body);
  if (!focused) wrong("the calendar keeps the focus");
}

/// Every room in one theme and width: nothing wider than the window, and no violation.
async function look(colorScheme, width, secret) {
  const { page, context } = await open(`${colorScheme} ${width}`, { colorScheme, viewport: { width, height: 900 } });
  await check(page, `login ${colorScheme} ${width}`);
  await logIn(page, secret);
  for (const room of ["Capacity", "Promises", "Breaches", "Pipeline", "Tenants", "Audit"]) {
    if (width < 768) await page.getByRole("button", { name: "Open the menu" }).click();
    await enter(page, room);
    if (width < 768) await page.getByRole("button", { name: "Open the menu" }).waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    await page.waitForTimeout(350);
    await check(page, `${room} ${colorScheme} ${width}`);
    if (flag === "--shots" && shots) await page.screenshot({ path: `${shots}/${room.toLowerCase()}-${colorScheme}-${width}.png`, fullPage: true });
  }
  await context.close();
}

async function check(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) wrong(`${where}: ${wide} px wider than the window`);
  // Axe has to run in the page, whose policy lets no script in but its own: the debugger's door is not the page's.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
  for (const { id, nodes } of found.violations) wrong(`${where}: axe ${id}: ${nodes[0]?.target.join(" ")} (${nodes.length})`);
}

/// A tenant that types the address of a room of the house gets the desk's refusal and no number.
async function denied(page) {
  const before = page.url();
  await page.evaluate(() => {
    history.pushState({}, "", "/pipeline");
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await page.getByText("the token's role may not do this").waitFor();
  if (page.url() === before) wrong("the address did not change");
}

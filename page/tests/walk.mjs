// Walks through the page in headless Chromium against a desk that runs: a quote that becomes a commitment in two tenants'
// browsers at once, a restart in the middle, a token that is barred; every room in both themes and three widths. Prints
// what it finds; ends with 1 when something is wrong. Asks for a restart by the line RESTART and waits for a line.
//
//   node tests/walk.mjs URL ADMIN-TOKEN [--shots DIR]

import { createInterface } from "node:readline";
import { enter, logIn, look, open, run, wrong } from "./kit.mjs";

const [url, admin, flag, shots] = process.argv.slice(2);
if (!url || !admin) {
  console.error("usage: node tests/walk.mjs URL ADMIN-TOKEN [--shots DIR]");
  process.exit(2);
}
const MOST_FIRST_PAGE = 400 * 1024;
const ROOMS = ["Capacity", "Promises", "Breaches", "Pipeline", "Tenants", "Audit"];
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

await run(4, walk);

async function walk(browser) {
  const house = await open(browser, url, "admin");
  await firstPage(house.page);
  await house.page.getByLabel("Token").fill("offtake_wrong");
  house.isCalm = false;
  await house.page.keyboard.press("Enter");
  await house.page.getByText("This token opens nothing").waitFor();
  await logIn(house.page, admin, "Overview");
  house.isCalm = true;
  const secrets = {};
  for (const name of ["acme", "orbit"]) secrets[name] = await tenant(house.page, name);
  const [acme, orbit] = [await open(browser, url, "acme"), await open(browser, url, "orbit")];
  await logIn(acme.page, secrets.acme, "Capacity");
  await logIn(orbit.page, secrets.orbit, "Capacity");
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
  const all = { url, secret: admin, home: "Overview", rooms: ROOMS, shots: flag === "--shots" ? shots : undefined };
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1440, 820, 390]) await look(browser, { ...all, colorScheme, width });
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

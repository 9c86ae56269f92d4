// Opens pages of studies in headless Chromium, as a reader would: from the disk, offline, in both themes, on a
// phone, by keyboard, without script and in print. Prints what it finds; ends with 1 when something is wrong.
//
//   CHROMIUM=/usr/bin/chromium node tests/open.mjs report.html … [--shots DIR]

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const MOST_BYTES = 3 * 1024 * 1024;
const MOST_MILLISECONDS = 1000;
const TRIES = 3;
// A machine that is busy with something else gets a few more.
const MOST_TRIES = 8;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const words = process.argv.slice(2);
const shotsAt = words.indexOf("--shots");
const shots = shotsAt < 0 ? null : words.splice(shotsAt, 2)[1];
const problems = [];

// A page that hangs is wrong too.
setTimeout(() => {
  console.error("wrong: took over four minutes");
  process.exit(1);
}, 240_000).unref();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
for (const path of words) await look(resolve(path));
await browser.close();
if (words.length === 0) problems.push("no page was given");
for (const problem of problems) console.error(`wrong: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

async function look(path) {
  const name = basename(resolve(path, ".."));
  const wrong = (text) => problems.push(`${name}: ${text}`);
  const size = statSync(path).size;
  if (size > MOST_BYTES) wrong(`${size} bytes are over ${MOST_BYTES}`);
  const took = [];
  const best = () => Math.min(...took);
  while (took.length < TRIES || (best() > MOST_MILLISECONDS && took.length < MOST_TRIES)) {
    took.push(await interactive(path, wrong));
  }
  if (best() > MOST_MILLISECONDS) wrong(`takes ${best()} ms until it answers, over ${MOST_MILLISECONDS}`);
  console.log(`${name}: ${size} bytes, answers after ${took.join(", ")} ms`);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) await theme(path, colorScheme, width, wrong);
  }
  await keyboard(path, wrong);
  await switched(path, wrong);
  await withoutScript(path, wrong);
  await printed(path, wrong);
}

/// Opens a page that notes errors and requests.
async function open(path, options, wrong) {
  const context = await browser.newContext({ deviceScaleFactor: 1, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => wrong(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:") && !request.url().startsWith("data:")) wrong(`asks for ${request.url()}`);
  });
  await context.setOffline(true);
  await page.goto(pathToFileURL(path).href, { waitUntil: "commit" });
  if (options.javaScriptEnabled !== false) await page.waitForSelector("html[data-ready]", { state: "attached" });
  return { context, page };
}

/// Returns the milliseconds from opening until the first picture is drawn and has answered to the switch of colours.
async function interactive(path, wrong) {
  const { context, page } = await open(path, { viewport: { width: 1280, height: 900 } }, wrong);
  const took = await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
    const until = async (holds) => {
      while (!holds() && performance.now() < 20_000) await frame();
    };
    const first = document.querySelector("[data-chart]");
    await until(() => first.querySelector("svg path"));
    const before = first.innerHTML;
    document.getElementById("theme").click();
    await until(() => first.innerHTML !== before);
    return performance.now();
  });
  await context.close();
  return Math.round(took);
}

/// Waits until every picture is drawn, and returns how many there are.
async function drawn(page) {
  await page.waitForFunction(() =>
    [...document.querySelectorAll("[data-chart]")].every((chart) => chart.querySelector("svg")),
  );
  return page.locator("[data-chart] svg").count();
}

async function theme(path, colorScheme, width, wrong) {
  const { context, page } = await open(path, { viewport: { width, height: 900 }, colorScheme }, wrong);
  const charts = await drawn(page);
  const empty = await page.evaluate(() =>
    [...document.querySelectorAll("[data-chart]")].filter((c) => c.querySelectorAll("svg path").length < 2).map((c) => c.id),
  );
  if (empty.length > 0) wrong(`${empty.join(", ")} show nothing`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) wrong(`is ${wide} px wide on a page of ${width} px`);
  const ids = await page.evaluate(() => {
    const all = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return all.filter((id, at) => all.indexOf(id) !== at);
  });
  if (ids.length > 0) wrong(`ids stand twice: ${ids.join(", ")}`);
  const lost = await page.evaluate(() =>
    [...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1)).filter((id) => !document.getElementById(id)),
  );
  if (lost.length > 0) wrong(`links lead nowhere: ${[...new Set(lost)].join(", ")}`);
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  for (const violation of found.violations) {
    const where = violation.nodes.slice(0, 3).map((node) => node.target.join(" "));
    wrong(`axe, ${colorScheme}, ${width} px: ${violation.id} (${violation.help}) at ${where.join(" | ")}`);
  }
  console.log(`  ${colorScheme}, ${width} px: ${charts} pictures, axe passes ${found.passes.length} rules`);
  if (shots) {
    await page.evaluate(() => document.querySelectorAll("figure details").forEach((details) => (details.open = false)));
    await page.screenshot({ path: `${shots}/${basename(resolve(path, ".."))}-${colorScheme}-${width}.png`, fullPage: true });
  }
  await context.close();
}

/// A number says what it is when it has the focus, and a picture can be stepped through.
async function keyboard(path, wrong) {
  const { context, page } = await open(path, { viewport: { width: 1280, height: 900 } }, wrong);
  await drawn(page);
  const number = page.locator(".keys .n").first();
  await page.locator(".skip").focus();
  for (let presses = 0; presses < 20 && !(await number.evaluate((n) => n === document.activeElement)); presses += 1) {
    await page.keyboard.press("Tab");
  }
  const tip = page.locator(".keys .tip").first();
  if (!(await tip.isVisible())) wrong("a number with the focus does not say what it is");
  for (const chart of await page.locator("[data-chart]").all()) {
    await chart.focus();
    await page.keyboard.press("ArrowRight");
    const id = await chart.getAttribute("id");
    const said = await page.locator(`#${id} + .said`).textContent();
    if (!said) wrong(`${id} says nothing at a step`);
    if (!(await chart.locator(".hover").first().isVisible())) wrong(`${id} shows nothing at a step`);
    await page.keyboard.press("Escape");
  }
  await context.close();
}

/// The switch changes the colours, and they stay.
async function switched(path, wrong) {
  const { context, page } = await open(path, { viewport: { width: 1280, height: 900 }, colorScheme: "light" }, wrong);
  await drawn(page);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await page.locator("#theme").click();
  if ((await paper()) === before) wrong("the switch changes no colour");
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  if ((await paper()) === before) wrong("the chosen theme does not stay");
  await context.close();
}

/// Words and tables are there without script.
async function withoutScript(path, wrong) {
  const { context, page } = await open(path, { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false }, wrong);
  const text = await page.locator("body").innerText();
  for (const word of ["The questions", "The numbers", "Pictures are drawn by a script"]) {
    if (!text.includes(word)) wrong(`without script it lacks “${word}”`);
  }
  await context.close();
}

/// It prints light and whole, also from the dark theme.
async function printed(path, wrong) {
  const { context, page } = await open(path, { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }, wrong);
  await drawn(page);
  const file = shots ? `${shots}/${basename(resolve(path, ".."))}.pdf` : undefined;
  await page.evaluate(() => {
    addEventListener("beforeprint", () => {
      globalThis.printedOn = getComputedStyle(document.body).backgroundColor;
    });
  });
  const pdf = await page.pdf({ format: "A4", printBackground: true, path: file });
  const paper = await page.evaluate(() => globalThis.printedOn);
  if (paper !== "rgb(255, 255, 255)") wrong(`prints on ${paper}`);
  if (pdf.length < 50_000) wrong(`prints ${pdf.length} bytes`);
  await context.close();
}

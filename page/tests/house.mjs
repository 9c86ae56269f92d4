// Walks through the rooms of the book in headless Chromium against `offtake serve` on a real book: a study from nothing to
// its answer, the pictures and what they say, an offer's memo, a plan, what if, and an edit of the book; every room in both
// themes and three widths. Prints what it finds and how fast it was; ends with 1 when something is wrong.
//
//   node tests/house.mjs URL ADMIN-TOKEN [--shots DIR]

import { check, enter, logIn, look, open, run, wrong } from "./kit.mjs";
import { book, takesBack } from "./rooms/book.mjs";
import { whatif } from "./rooms/whatif.mjs";

const [url, admin, flag, shots] = process.argv.slice(2);
if (!url || !admin) {
  console.error("usage: node tests/house.mjs URL ADMIN-TOKEN [--shots DIR]");
  process.exit(2);
}
const ROOMS = ["Overview", "Book", "What if", "Dependencies", "Money and rights", "Plan", "Runs"];
/// A study of few futures: its numbers are no better than that, its page is whole.
const FEW = { Futures: "24", "Futures of each stress": "8", "Futures of each offer": "8", "Futures of the plan": "1" };
const LONG = 420_000;

await run(25, walk);

async function walk(browser) {
  const house = await open(browser, url, "admin");
  const { page } = house;
  await logIn(page, admin, "Overview");
  await page.getByText("No study yet").waitFor();
  await check(page, "overview without a study");
  await study(page);
  await answer(page);
  await picture(page);
  await pages(page);
  await memo(page);
  await files(page);
  await whatif(page, { wrong, enter });
  // What is wrong with an edit is asked of the desk, which answers 422.
  house.isCalm = false;
  await book(page, { wrong, enter });
  house.isCalm = true;
  await changed(page);
  await since(page);
  await takesBack(page, { enter });
  await viewer(page, browser);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1440, 820, 390]) {
      await look(browser, { url, secret: admin, home: "Overview", rooms: ROOMS, colorScheme, width, shots: flag === "--shots" ? shots : undefined });
    }
  }
}

/// Starts a study by its form, and sees it end, beside so many that were made before.
async function study(page, before = 0) {
  await enter(page, "Runs");
  for (const [label, value] of Object.entries(FEW)) await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("progressbar", { name: /^Study/ }).waitFor();
  await page.getByRole("row", { name: /^Study.*done/ }).nth(before).waitFor({ timeout: LONG });
}

/// The answer in one sentence, and the questions with links to where they are shown.
async function answer(page) {
  await enter(page, "Overview");
  await page.getByText("It does not hold", { exact: true }).waitFor();
  const questions = await page.getByRole("region", { name: "The questions" }).getByRole("article").count();
  if (questions < 5) wrong(`the overview answers ${questions} questions`);
  await page.getByRole("link", { name: "What hangs on whom" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Dependencies" }).waitFor();
  await page.locator("#fig-flow").waitFor();
}

/// A picture by keyboard says its numbers; what a number is shows where it is pointed at.
async function picture(page) {
  await enter(page, "Overview");
  const chart = page.locator('[data-chart="supply"]');
  await chart.focus();
  for (let at = 0; at < 3; at += 1) await page.keyboard.press("ArrowRight");
  const said = await page.locator("#fig-supply .said").innerText();
  if (!/^Mar 2026: Demand/.test(said)) wrong(`the picture says "${said}" for its third month`);
  await page.locator("#fig-supply .told .n").first().focus();
  await page.getByRole("tooltip").filter({ visible: true }).first().waitFor();
  await page.keyboard.press("Escape");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the picture supply" }).click();
  await page.getByRole("menuitem", { name: "PNG" }).click();
  const name = (await saved).suggestedFilename();
  if (name !== "supply.png") wrong(`the picture is saved as ${name}`);
}

/// The rooms of a study have their pictures.
async function pages(page) {
  const rooms = { Dependencies: ["flow", "tornado", "concentration"], "Money and rights": ["cash", "cost"], Plan: ["plan-walk-away", "plan-bounds"] };
  for (const [room, figures] of Object.entries(rooms)) {
    await enter(page, room);
    for (const id of figures) await page.locator(`#fig-${id} svg`).first().waitFor();
  }
}

/// Sign this? And a plan of its own, begun and ended.
async function memo(page) {
  await enter(page, "Plan");
  await page.getByRole("combobox", { name: "Offer" }).selectOption("own-us-2");
  const sign = page.getByRole("region", { name: "Sign this?" });
  await sign.getByRole("textbox", { name: "Futures" }).fill("8");
  await sign.getByRole("button", { name: "Ask" }).click();
  await page.getByRole("article", { name: "Memo on own-us-2" }).getByText("own-us-2").first().waitFor({ timeout: LONG });
  await sign.getByRole("row", { name: /^wait/ }).waitFor();
  const plan = page.getByRole("region", { name: "Plan anew" });
  await plan.getByRole("textbox", { name: "Futures" }).fill("1");
  await plan.getByRole("button", { name: "Plan the newest version" }).click();
  await page.getByRole("progressbar", { name: /^Plan/ }).waitFor();
  await page.getByRole("combobox", { name: "Plan shown" }).waitFor({ timeout: LONG });
  await page.locator("#fig-plan-bounds svg").first().waitFor();
}

/// What came of a run can be taken along.
async function files(page) {
  await enter(page, "Runs");
  const row = page.getByRole("row", { name: /^Study/ });
  await row.getByRole("button", { name: "Open" }).click();
  for (const name of ["report.html", "tables.xlsx"]) {
    const saved = page.waitForEvent("download");
    await page.getByRole("group", { name: "Files" }).getByRole("button", { name }).click();
    const file = (await saved).suggestedFilename();
    if (file !== name) wrong(`${name} is saved as ${file}`);
  }
}

/// The book was edited since: the overview says that its study is of an older version.
async function changed(page) {
  await enter(page, "Overview");
  await page.getByText("The book has changed since this study").waitFor();
}

/// A study of the changed book: the overview says what is not as before, in the answer and in the book.
async function since(page) {
  await study(page, 1);
  await enter(page, "Overview");
  const card = page.getByRole("region", { name: "Since the study before" });
  await card.getByText(/gpus 104000 → /).waitFor();
  await card.getByRole("row", { name: /^Firm demand unserved.*%.*%/ }).waitFor();
}

/// Who may only look is shown no button that changes anything.
async function viewer(page, browser) {
  await enter(page, "Tenants");
  await page.getByLabel("Name of a new token").fill("looker");
  await page.getByRole("combobox", { name: "It may" }).click();
  await page.getByRole("option", { name: "viewer" }).click();
  await page.getByRole("button", { name: "Make" }).click();
  await page.getByText("looker: shown this once").waitFor();
  const secret = await page.locator("code", { hasText: "offtake_" }).innerText();
  const looker = await open(browser, url, "viewer");
  await logIn(looker.page, secret, "Overview");
  for (const room of ["Runs", "Plan", "Book"]) {
    await enter(looker.page, room);
    const buttons = looker.page.getByRole("button", { name: /^(Start|Ask|Plan the newest version|Remove|Keep as a new version)$/ });
    if ((await buttons.count()) > 0) wrong(`a viewer sees ${await buttons.first().innerText()} in ${room}`);
  }
  await looker.context.close();
}

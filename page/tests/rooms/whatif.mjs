// What if: a slider that is dragged, a supplier that is lost, an offer that is signed, scenarios that are kept, compared and opened by
// their address.

const MOST_MS = 60_000;

/// Walks through the room; leaves nothing on the desk.
export async function whatif(page, { wrong, enter }) {
  await enter(page, "What if");
  const sentence = page.getByTestId("sentence");
  const settled = async () => {
    await page.getByTestId("samples").filter({ hasText: "200 futures" }).waitFor({ timeout: MOST_MS });
    await page.getByRole("img", { name: "Drawing more futures" }).waitFor({ state: "detached", timeout: MOST_MS });
    return sentence.innerText();
  };
  const base = await settled();
  if (!/months at risk, .* of firm demand unserved/.test(base)) wrong(`the sentence says ${base}`);
  await drags(page, wrong);
  await otherThan(page, base);
  await byKeyboard(page, wrong);
  await page.getByRole("button", { name: "Back to the book" }).click();
  await page.waitForFunction((text) => document.querySelector("[data-testid=sentence]")?.textContent === text, base, { timeout: MOST_MS });
  await page.getByRole("switch", { name: "IREN", exact: true }).click();
  await sentence.filter({ hasText: "as the book stands" }).waitFor({ timeout: MOST_MS });
  const lost = await settled();
  await keeps(page, "Without IREN");
  await page.getByRole("button", { name: "Sign an offer" }).click();
  await page.getByRole("searchbox", { name: "Find an offer" }).fill("coreweave, more");
  await page.getByRole("slider", { name: "CoreWeave, more GB300" }).press("ArrowRight");
  await otherThan(page, lost);
  await settled();
  await keeps(page, "Without IREN, more of CoreWeave");
  const table = page.getByRole("region", { name: "Scenarios side by side" });
  await table.getByText(/±.*%/).nth(2).waitFor({ timeout: MOST_MS });
  await isShared(page, await sentence.innerText(), wrong);
  for (const name of ["Without IREN, more of CoreWeave", "Without IREN"]) await page.getByRole("button", { name: `Forget ${name}`, exact: true }).click();
  await page.getByText("Nothing is kept yet.").waitFor();
  await page.getByRole("button", { name: "Back to the book" }).click();
}

/// Waits until the sentence says something else.
async function otherThan(page, said) {
  await page.waitForFunction((text) => document.querySelector("[data-testid=sentence]")?.textContent !== text, said, { timeout: MOST_MS });
}

/// While the thumb is held a few futures answer; the address waits until it is let go.
async function drags(page, wrong) {
  const thumb = page.getByRole("slider", { name: "Growth a year" });
  const box = await thumb.boundingBox();
  const before = page.url();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  for (const step of [10, 20, 30, 40]) await page.mouse.move(box.x + box.width / 2 + step, box.y + box.height / 2);
  await page.getByTestId("samples").filter({ hasText: "16 futures" }).waitFor({ timeout: MOST_MS });
  if (page.url() !== before) wrong("the address changes while the slider is dragged");
  await page.mouse.up();
  await page.waitForURL(/growth/);
}

async function byKeyboard(page, wrong) {
  const thumb = page.getByRole("slider", { name: "All that is not delivered" });
  await thumb.focus();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowRight");
  if ((await thumb.getAttribute("aria-valuetext")) !== "+3 mo") wrong("three presses are not three months");
}

async function keeps(page, name) {
  await page.getByLabel("Name of this scenario").fill(name);
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await page.getByRole("checkbox", { name: `Compare ${name}`, exact: true }).waitFor();
}

/// Another page that opens the address says the same.
async function isShared(page, said, wrong) {
  await page.reload();
  await page.waitForFunction((text) => document.querySelector("[data-testid=sentence]")?.textContent === text, said, { timeout: MOST_MS }).catch(() => wrong("the address does not say the same"));
  await page.getByRole("region", { name: "Scenarios side by side" }).waitFor();
}

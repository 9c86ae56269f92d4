// The book: a value with its source, a wrong edit that the checks name, a sound one that is kept, compared and taken back.

/// Walks through the room; keeps a version of the book that differs from the one before.
export async function book(page, { wrong, enter }) {
  await enter(page, "Book");
  await page.getByRole("listitem").filter({ hasText: "Barstow" }).getByRole("button").click();
  const tranche = page.getByRole("region", { name: "tranche nscale.barstow" });
  const gpus = tranche.getByText("104000").first();
  await gpus.waitFor();
  if ((await tranche.getByText("press", { exact: true }).count()) === 0) wrong("a value does not say how far to trust it");
  if ((await tranche.getByText(/contracts\.toml:\d+/).count()) === 0) wrong("a value does not say where it is written");
  await onMap(page, wrong);
  await edits(page, wrong);
  await compares(page, wrong);
}

/// Takes the version before back.
export async function takesBack(page, { enter }) {
  await enter(page, "Book");
  await page.getByRole("tab", { name: "Versions" }).click();
  const back = page.getByRole("region", { name: "Take back" });
  await back.getByLabel("Why").fill("it was a mistake");
  await back.getByRole("button", { name: "Take back" }).click();
  await page.getByText(/Version 3, .* it was a mistake/).waitFor();
  await page.getByRole("tab", { name: "Contracts" }).click();
  await page.getByRole("listitem").filter({ hasText: "Barstow" }).getByText(/104,000/).first().waitFor();
}

async function onMap(page, wrong) {
  await page.getByRole("tab", { name: "Sites" }).click();
  await page.getByRole("img", { name: /^A map with \d+ sites/ }).waitFor();
  await page.getByRole("button", { name: "Barstow (Cedarvale), Texas" }).click();
  const row = await page.getByRole("row", { name: /^Barstow/ }).innerText();
  if (!/240 MW.*240 MW.*104,000/s.test(row)) wrong(`the map's list says ${row}`);
  await page.getByRole("region", { name: "site barstow" }).waitFor();
}

/// What is wrong shows beside the field; what is sound is kept with a reason.
async function edits(page, wrong) {
  await page.getByRole("tab", { name: "Contracts" }).click();
  await page.getByRole("listitem").filter({ hasText: "Barstow" }).getByRole("button").click();
  await page.getByRole("button", { name: "Edit gpus of nscale.barstow" }).click();
  const field = page.getByRole("textbox", { name: "Value" });
  await field.fill("-3");
  await page.getByText("-3 is out of range for a count: write a number from 0 to a billion").waitFor();
  if (await page.getByRole("button", { name: "Change", exact: true }).isEnabled()) wrong("a wrong value can be taken");
  await field.fill("96000");
  await page.getByText("nothing is wrong with it").waitFor();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByLabel("Why").fill("eight thousand fewer, says the seller");
  await page.getByRole("button", { name: "Keep as a new version" }).click();
  await page.getByText(/Version 2, as of .* eight thousand fewer, says the seller/).waitFor();
}

async function compares(page, wrong) {
  await page.getByRole("tab", { name: "Versions" }).click();
  const compare = page.getByRole("region", { name: "Compare" });
  await compare.getByText(/gpus: 104000 →/).waitFor();
  await page.getByRole("tab", { name: "Work" }).click();
  await page.getByRole("region", { name: "workload agentic" }).waitFor();
  const found = page.getByText(/\d+ found/);
  const before = await found.innerText();
  await page.getByRole("textbox", { name: "Find" }).fill("agentic promised");
  await page.waitForFunction((text) => !document.body.innerText.includes(text), before);
  if ((await page.getByRole("region", { name: "block agentic.promised" }).count()) !== 1) wrong("the search does not find a block");
}

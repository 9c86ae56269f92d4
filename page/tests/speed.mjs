// How fast the page is in headless Chromium, against a desk that runs. Prints a table; nothing here passes or fails.
//
//   node tests/speed.mjs URL ADMIN-TOKEN paint | whatif | pan
//
// `paint`: the first page, with the processor throttled four times. `whatif`: answers of /v1/what-if with a delivery that
// slips from question to question, as while dragging and at full precision. `pan`: frames a second of the calendar.

import { chromium } from "playwright-core";

const [url, admin, what] = process.argv.slice(2);
const measures = { paint, whatif, pan };
if (!url || !admin || !measures[what]) {
  console.error("usage: node tests/speed.mjs URL ADMIN-TOKEN paint | whatif | pan");
  process.exit(2);
}
const TIMES = 7;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
await measures[what]();
await browser.close();

/// Opens a path with the token in its place already.
async function open(path, throttle = 1) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript((secret) => {
    sessionStorage.setItem("offtake-token", secret);
    new MutationObserver((_, observer) => {
      if (!document.querySelector("h1")) return;
      window.headed = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  }, admin);
  const page = await context.newPage();
  if (throttle > 1) await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: throttle });
  await page.goto(url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { page, context };
}

function row(name, numbers, unit) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  console.log(`| ${name} | ${numbers.length} | ${[0.5, 0.95].map((share) => at(share).toFixed(0)).join(" | ")} | ${sorted.at(-1).toFixed(0)} | ${unit} |`);
}

function head() {
  console.log("| what | times | p50 | p95 | most | |\n|---|---:|---:|---:|---:|---|");
}

async function paint() {
  const [first, heads] = [[], []];
  for (let time = 0; time < TIMES; time += 1) {
    const { page, context } = await open("/", 4);
    const seen = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, window.headed]);
    first.push(seen[0]);
    heads.push(seen[1]);
    await context.close();
  }
  head();
  row("first contentful paint, processor / 4", first, "ms");
  row("the page's own head, logged in, processor / 4", heads, "ms");
}

async function whatif() {
  const { page } = await open("/runs");
  const ask = (samples, times) =>
    page.evaluate(
      async ({ samples, times, admin }) => {
        const took = [];
        for (let time = 0; time < times; time += 1) {
          const day = new Date(Date.UTC(2026, 9, 1 + 11 * time)).toISOString().slice(0, 10);
          const changes = [{ table: "tranche", id: "nscale.barstow", field: "promised", value: day }];
          const from = performance.now();
          const answer = await fetch("/v1/what-if", {
            method: "POST",
            headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
            body: JSON.stringify({ changes, samples, picture: true, session: "speed" }),
          });
          await answer.json();
          if (!answer.ok) throw new Error(String(answer.status));
          took.push(performance.now() - from);
        }
        return took;
      },
      { samples, times, admin },
    );
  await ask(16, 3);
  head();
  row("what if, 8 futures", await ask(8, 40), "ms");
  row("what if, 16 futures", await ask(16, 40), "ms");
  row("what if, 200 futures", await ask(200, 10), "ms");
}

async function pan() {
  const { page } = await open("/capacity");
  const calendar = page.getByRole("application", { name: /^Free GPUs of/ });
  await calendar.waitFor();
  await page.waitForTimeout(1_000);
  const box = await calendar.boundingBox();
  const frames = async (name, move) => {
    await page.evaluate(() => {
      window.frames_ = [];
      const count = (now) => {
        window.frames_.push(now);
        window.counting = requestAnimationFrame(count);
      };
      window.counting = requestAnimationFrame(count);
    });
    await move();
    const gaps = await page.evaluate(() => {
      cancelAnimationFrame(window.counting);
      return window.frames_.slice(1).map((now, at) => now - window.frames_[at]);
    });
    row(`${name}: ${(1e3 / (gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length)).toFixed(1)} frames a second; between two`, gaps, "ms");
  };
  const [middle, height] = [box.x + box.width / 2, box.y + Math.min(200, box.height / 2)];
  head();
  await frames("panning", async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      await page.mouse.move(middle, height);
      await page.mouse.down();
      for (let step = 1; step <= 60; step += 1) await page.mouse.move(middle + (turn % 2 ? step : -step) * 8, height);
      await page.mouse.up();
    }
  });
  await frames("zooming", async () => {
    await page.mouse.move(middle, height);
    for (let step = 0; step < 80; step += 1) {
      await page.mouse.wheel(0, step < 40 ? -120 : 120);
      await page.waitForTimeout(25);
    }
  });
}

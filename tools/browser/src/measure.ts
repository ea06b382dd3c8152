// Measures the first view of the storefront of a running shop, as a visitor with a slow telephone has it: `measure.js URL [FILE]`.
// Prints a table, and writes it into FILE between its markers. Fails if a target is missed.

import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { type Browser, type Page, chromium } from "playwright-core";
import { FLAGS, setting } from "./launch.js";

const RUNS = 5;
const LATENCY_MS = 150;
const BYTES_PER_SECOND = 1_600_000 / 8;
const CPU_SLOWDOWN = 4;
const MAX_SCRIPT_BYTES = 120_000;
const MAX_PAINT_MS = 2_500;
/** How long a page may take on a busy machine, in milliseconds. Its figures miss the targets then, but the measurement ends. */
const PATIENCE_MS = 120_000;
/** How long the page may still change after it has its data. */
const QUIET_MS = 3_000;

interface View {
  scriptBytes: number;
  paintMs: number;
  layoutShift: number;
}

declare global {
  interface Window {
    measured: { paint: number; shift: number };
  }
}

/** Runs in the page, before its scripts. */
function observe() {
  const measured = { paint: 0, shift: 0 };
  window.measured = measured;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) measured.paint = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) measured.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
}

async function view(browser: Browser, url: string): Promise<View> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const inFlight = watchRequests(page);
  const scripts: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() !== "script") return;
    scripts.push(request.response().then(async (response) => gzipSync((await response?.body()) ?? "").length));
  });
  await throttle(page);
  await page.addInitScript(observe);
  await page.goto(url);
  // Before the scripts have run, the page is empty, and does not load anything either.
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByText("Loading …").first().waitFor({ state: "hidden" }).catch((error) => {
    throw new Error(`${url} still loads ${[...inFlight].join(", ")}`, { cause: error });
  });
  await page.waitForTimeout(QUIET_MS);
  const { paint, shift } = await page.evaluate(() => window.measured);
  const sizes = await Promise.all(scripts);
  await context.close();
  return { scriptBytes: sizes.reduce((sum, size) => sum + size, 0), paintMs: paint, layoutShift: shift };
}

/** The URLs of the requests of a page that have not ended. */
function watchRequests(page: Page): Set<string> {
  const urls = new Set<string>();
  page.on("request", (request) => urls.add(request.url()));
  for (const event of ["requestfinished", "requestfailed"] as const) {
    page.on(event as "requestfinished", (request) => urls.delete(request.url()));
  }
  return urls;
}

async function throttle(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: BYTES_PER_SECOND,
    uploadThroughput: BYTES_PER_SECOND,
  });
  await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
}

/** The median of the paints, and the worst of everything else. */
async function measure(browser: Browser, url: string): Promise<View> {
  const views: View[] = [];
  for (let run = 0; run < RUNS; run += 1) views.push(await view(browser, url));
  const paints = views.map(({ paintMs }) => paintMs).sort((a, b) => a - b);
  return {
    scriptBytes: Math.max(...views.map(({ scriptBytes }) => scriptBytes)),
    paintMs: paints[Math.floor(RUNS / 2)] ?? Number.NaN,
    layoutShift: Math.max(...views.map(({ layoutShift }) => layoutShift)),
  };
}

/** The address of a product that the first page shows. */
async function productUrl(browser: Browser, url: string): Promise<string> {
  const page = await browser.newPage();
  await page.goto(url);
  const href = await page.locator('a[href^="/products/"]').first().getAttribute("href");
  await page.close();
  return new URL(href ?? "", url).href;
}

const [url = "", file] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: setting("CHROMIUM"), args: FLAGS });
const lines = ["| first view | JavaScript, gzip | largest contentful paint | layout shift |", "| --- | --- | --- | --- |"];
let reached = true;
try {
  const product = await productUrl(browser, url);
  for (const [name, it] of [["the catalogue", url], ["a product", product]] as const) {
    const { scriptBytes, paintMs, layoutShift } = await measure(browser, it);
    const kilobytes = (scriptBytes / 1000).toFixed(1);
    lines.push(`| ${name} | ${kilobytes} kB | ${(paintMs / 1000).toFixed(2)} s | ${layoutShift.toFixed(3)} |`);
    reached &&= scriptBytes <= MAX_SCRIPT_BYTES && paintMs <= MAX_PAINT_MS && layoutShift === 0;
  }
  lines.push("| target | 120 kB | 2.50 s | 0 |");
} finally {
  await browser.close();
}
console.log(lines.join("\n"));
if (file) {
  const [start, end] = ["<!-- Written by cargo xtask bench storefront -->\n", "<!-- End of the figures -->\n"];
  const [before, rest] = (await readFile(file, "utf8")).split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${file} has no place for the figures`);
  await writeFile(file, `${before}${start}\n${lines.join("\n")}\n\n${end}${after}`);
}
process.exitCode = reached ? 0 : 1;

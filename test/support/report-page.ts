// The HTML of a report → the page in Debian's Chromium, without network: what it asked for and said, and what a reader meets on it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { pathOfProgram } from "./needs.ts";
import { projectRoot } from "./source-files.ts";

/** Pixels from the page's left and top. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A piece of text as it is shown; colours red, green, blue of 255. */
interface ShownText {
  readonly text: string;
  readonly isInSvg: boolean;
  readonly color: readonly number[];
  readonly background: readonly number[];
  readonly sizePx: number;
  /** Of each line; none in a transcript. */
  readonly boxes: readonly Box[];
}

export interface Measures {
  /** Elements with more in them than they are wide. */
  readonly wide: readonly string[];
  readonly texts: readonly ShownText[];
  /** Text that is neither folded away nor shown. */
  readonly hidden: readonly string[];
  readonly bars: readonly Box[];
  readonly widthPx: number;
  readonly contentPx: number;
}

export interface ReportPage {
  readonly page: Page;
  /** Every request, and every message of the console or error of the page. */
  readonly requests: readonly string[];
  readonly messages: readonly string[];
  measure(): Promise<Measures>;
  close(): Promise<void>;
}

const program = "chromium";
const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** A browser with an empty profile; use it where the machine has one (`needs`). */
export async function openBrowser(): Promise<Browser> {
  const executablePath = pathOfProgram(program);
  if (executablePath === null)
    throw new Error("this test needs Chromium: apt-get install --no-install-recommends chromium");
  return chromium.launch({ executablePath, args: flags });
}

/** `file` is where the HTML is written, so that it can be opened as a reader opens it. */
export async function openReportPage(
  browser: Browser,
  file: string,
  html: string,
  look: { readonly width: number; readonly height: number; readonly scheme: "light" | "dark" },
): Promise<ReportPage> {
  writeFileSync(file, html);
  const { width, height, scheme } = look;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  const page = await context.newPage();
  const requests: string[] = [];
  const messages: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(error.message));
  await page.goto(pathToFileURL(file).href);
  const script = readFileSync(join(projectRoot, "test", "support", "page-measures.js"), "utf8");
  return {
    page,
    requests,
    messages,
    measure: async () => (await page.evaluate(script)) as Measures,
    close: () => context.close(),
  };
}

/** Keeps a picture where the folder REPORT_SCREENSHOTS names says, to be looked at; else does nothing. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["REPORT_SCREENSHOTS"];
  if (folder === undefined || folder === "") return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.screenshot({ path: join(folder, `${name}-whole.png`), fullPage: true });
}

/** Of two colours, as WCAG 2 counts it. */
export function contrastOf(one: readonly number[], other: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Whether two boxes share more than a hair of room. */
export function overlaps(one: Box, other: Box): boolean {
  const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return wide > 1 && high > 1;
}

// Reports of real runs, opened in Chromium as people open them: on a desk and on a phone, light and dark, on paper, by keyboard, and without style.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openCertChange } from "../support/cert-change.ts";
import { needs } from "../support/needs.ts";
import { openLostCluster } from "../support/lost-cluster.ts";
import {
  contrastOf,
  keepScreenshot,
  type Measures,
  openBrowser,
  openReportPage,
  overlaps,
  type ReportPage,
} from "../support/report-page.ts";
import type { CliResult } from "../support/run-cli.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const desk = { width: 1280, height: 900, scheme: "light" } as const;
const phone = { width: 390, height: 844, scheme: "light" } as const;
const kinds = ["held", "warned", "certificates"] as const;

type Kind = (typeof kinds)[number];

const pages = {} as Record<Kind, string>;
let folder: string;
let browser: Browser;
let opened: ReportPage | null = null;

describe.runIf(needs("chromium"))("a report in Chromium", () => {
  beforeAll(async () => {
    browser = await openBrowser();
    folder = mkdtempSync(join(tmpdir(), "itlctl-report-page-"));
    const runOf = (result: CliResult) => result.json<{ run: string }>().run;

    const lost = await openLostCluster("lost-trust", "11.5");
    const print = async (run: string) => (await lost.run(["report", run, "--format", "html"])).stdout;
    lost.lab.cluster().setService(lost.lab.cluster().node("tftp2"), "Cisco Tftp", "STOPPED");
    const run = runOf(await lost.recover("--key", "local", "--yes"));
    pages.held = await print(run);
    await lost.lab.clock.advance(3 * 3_600_000);
    expect((await lost.resume(run, "--confirm", "phones")).exit).toBe(3);
    pages.warned = await print(run);
    await lost.close();

    const change = await openCertChange();
    const ended = await change.carryOut(["cert", "regen", "east", "CallManager", "TVS"]);
    expect(ended.exit).toBe(0);
    pages.certificates = (await change.run(["report", runOf(ended), "--format", "html"])).stdout;
    await change.close();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await opened?.close();
    opened = null;
  });

  async function open(
    kind: (typeof kinds)[number],
    look: Parameters<typeof openReportPage>[3],
  ): Promise<ReportPage> {
    opened = await openReportPage(browser, join(folder, `${kind}.html`), pages[kind], look);
    return opened;
  }

  /** What can be read badly: too small, too pale, or beyond the edge. */
  function badlyRead({ texts, wide, widthPx }: Measures): string[] {
    const bad = texts.flatMap(({ text, color, background, sizePx, boxes }) => [
      ...(sizePx < 13 ? [`${sizePx} px: ${text}`] : []),
      ...(contrastOf(color, background) < 4.5 ? [`${color.join()} on ${background.join()}: ${text}`] : []),
      ...(boxes.some(({ left, right }) => left < 0 || right > widthPx + 0.5)
        ? [`beyond the edge: ${text}`]
        : []),
    ]);
    return [...bad, ...wide.map((element) => `wider than its room: ${element}`)];
  }

  /** Words of a picture that lie on each other or on its bars. */
  function inTheWay({ texts, bars }: Measures): string[] {
    const words = texts
      .filter(({ isInSvg }) => isInSvg)
      .flatMap(({ text, boxes }) => boxes.map((box) => ({ text, box })));
    return words.flatMap(({ text, box }, index) => [
      ...words
        .slice(index + 1)
        .flatMap((other) => (overlaps(box, other.box) ? [`${text} | ${other.text}`] : [])),
      ...(bars.some((bar) => overlaps(bar, box)) ? [`on a bar: ${text}`] : []),
    ]);
  }

  describe.each(kinds)("the page of a run: %s", (kind) => {
    test("at a desk and on a phone, light and dark, everything can be read; nothing is asked for or said", async () => {
      const { page, requests, messages, measure } = await open(kind, desk);
      for (const { width, height } of [desk, phone]) {
        await page.setViewportSize({ width, height });
        const grounds: string[] = [];
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          const measures = await measure();
          expect(measures.texts.length).toBeGreaterThan(60);
          expect(measures.contentPx).toBe(width);
          expect(measures.hidden.filter((text) => width === desk.width || !heads.has(text))).toEqual([]);
          expect(badlyRead(measures)).toEqual([]);
          expect(inTheWay(measures)).toEqual([]);
          grounds.push(String(measures.texts[0]?.background));
          await keepScreenshot(page, `${kind}-${width}-${colorScheme}`);
        }
        expect(new Set(grounds).size, "two schemes").toBe(2);
      }
      expect(requests).toEqual([pathToFileURL(join(folder, `${kind}.html`)).href]);
      expect(messages).toEqual([]);
    });

    test("the picture of the timeline says in words what it shows", async () => {
      const { page } = await open(kind, desk);
      const picture = page.getByRole("img", { name: "Timeline of the run" });
      expect(await picture.count()).toBe(1);
      const [described = ""] = await page.locator("svg > desc").allTextContents();
      const labels = await page.locator("svg g text").allTextContents();
      expect(labels.length).toBeGreaterThan(3);
      for (const label of labels) expect(described).toContain(label.split(/[…,]/)[0]);
    });
  });

  /** Heads of columns, which on a phone stand before each cell instead. */
  const heads = new Set([
    ...["What", "Before the run", "After", "Began (UTC)", "Took", "Kind", "Step", "Ended", "Node", "Outcome"],
    ...["Detail", "Time (UTC)", "Line", "End", "File", "Bytes", "SHA-256"],
  ]);

  test("outcome and what to do are on the first screen of a phone, the command ready to be copied", async () => {
    const { page, measure } = await open("held", phone);
    const { texts } = await measure();
    const bottomOf = (part: string) =>
      texts.find(({ text }) => text.includes(part))?.boxes.at(-1)?.bottom ?? Infinity;
    for (const part of ["east: held, waits for you: phones", "Reset the phones", "--confirm phones"])
      expect(bottomOf(part), part).toBeLessThan(phone.height);
    expect(await page.locator("header pre").innerText()).toMatch(/^itlctl resume \S+ --confirm phones$/);
  });

  test("by keyboard alone every folded part is reached and opened, and what was folded can be read", async () => {
    const { page, measure } = await open("warned", phone);
    const count = await page.locator("details").count();
    expect(count).toBeGreaterThan(30);
    const focused = "document.activeElement.tagName + (document.activeElement.parentElement?.open === false)";
    for (let stops = 0; stops < count + 40; stops += 1) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(focused)) === "SUMMARYtrue") await page.keyboard.press("Enter");
    }
    expect(await page.locator("details:not([open])").count()).toBe(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const measures = await measure();
      expect(measures.texts.some(({ text }) => text.includes("was generated successfully"))).toBe(true);
      expect(measures.contentPx).toBe(phone.width);
      expect(badlyRead(measures)).toEqual([]);
    }
  });

  test.each(["warned", "certificates"] as const)(
    "without its style sheet the page of %s is text in order, and hides nothing",
    async (kind) => {
      const { page, measure } = await open(kind, desk);
      const styled = await page.evaluate("document.body.textContent");
      await page.evaluate('document.querySelector("style").remove()');
      expect(await page.evaluate("document.body.textContent")).toBe(styled);
      const measures = await measure();
      expect(measures.hidden).toEqual([]);
      expect(inTheWay(measures)).toEqual([]);
      expect(measures.texts.filter(({ color, background }) => contrastOf(color, background) < 4.5)).toEqual(
        [],
      );
      const headings = (await page.evaluate(
        '[...document.querySelectorAll("h1, h2, h3")].map((each) => each.getBoundingClientRect().top)',
      )) as number[];
      expect(headings.length).toBeGreaterThan(7);
      expect(headings).toEqual(headings.toSorted((one, other) => one - other));
    },
  );

  test.each(["warned", "certificates"] as const)(
    "on paper the page of %s is dark on white, without the links inside it",
    async (kind) => {
      const { page, measure } = await open(kind, { ...desk, width: 720, scheme: "dark" });
      await page.emulateMedia({ media: "print" });
      const measures = await measure();
      expect(measures.contentPx).toBe(720);
      expect(measures.texts.filter(({ background }) => String(background) !== "255,255,255")).toEqual([]);
      expect(measures.texts.filter(({ color, background }) => contrastOf(color, background) < 4.5)).toEqual(
        [],
      );
      expect(measures.hidden).toContain("Contents");
      const paper = await page.pdf({ format: "A4" });
      expect(paper.subarray(0, 5).toString()).toBe("%PDF-");
    },
  );
});

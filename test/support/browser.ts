import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Result } from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { CHROMIUM_COMMAND, findChromium } from './chromium.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PATIENCE = 120_000;

const SCREENS = join(packageRoot, '.cache/screens');

/** What people look at our pages with: the smallest phone and a desk. */
const WIDTHS = { phone: { width: 320, height: 640 }, desk: { width: 1280, height: 800 } } as const;

/** One Chromium for all suites of a run, started by the first that needs it. */
let running: Promise<Browser> | undefined;

after(async () => {
  await (await running)?.close();
});

export interface Chromium {
  /** A fresh profile: no cookies, no cache; closed after the test. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
  page(options?: BrowserContextOptions): Promise<Page>;
  /** A profile in a folder, which outlives a browser that is closed and opened again; closed after the test. */
  profile(folder: string): Promise<BrowserContext>;
}

/**
 * Call it inside `describe`. Without a Chromium the tests of the suite are pending, with the command that installs
 * one.
 */
export const useChromium = (): Chromium => {
  const contexts: BrowserContext[] = [];

  before(function () {
    // A real browser on a shared machine is slower than anything else that tests wait for.
    this.test?.parent?.eachTest((test) => test.timeout(PATIENCE));
    if (findChromium() !== undefined) return;
    process.stderr.write(`pending without Chromium: ${CHROMIUM_COMMAND}\n`);
    this.skip();
  });

  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });

  const context = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
    running ??= chromium.launch({ executablePath: findChromium() ?? '', args: FLAGS });
    const made = await (await running).newContext({ locale: 'en-GB', ...options });
    contexts.push(made);
    return made;
  };

  const profile = async (folder: string): Promise<BrowserContext> => {
    const options = { executablePath: findChromium() ?? '', args: FLAGS, locale: 'en-GB' };
    const made = await chromium.launchPersistentContext(folder, options);
    contexts.push(made);
    return made;
  };

  return { context, page: async (options) => (await context(options)).newPage(), profile };
};

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A line for each element; evaluated by the debugger, so that our content security policy stays as strict as it is. */
const axeViolations = async (page: Page): Promise<string[]> => {
  await page.evaluate(await axeSource);
  const violations = await page.evaluate<Result[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
};

/** What a thumb is to hit stands in no running text and is at least 44 px high; check boxes are hit by their label. */
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, select, summary, input:not([type=hidden], [type=checkbox], [type=radio])')]
  .filter((element) => getComputedStyle(element).display !== 'inline' && element.checkVisibility())
  .filter((element) => !element.classList.contains('skip') && element.getBoundingClientRect().height < 43.5)
  .map((element) => 'lower than 44 px: ' + element.outerHTML)`;

const WIDER = `document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : []`;

const faultsAt = async (page: Page): Promise<string[]> => [
  ...(await axeViolations(page)),
  ...(await page.evaluate<string[]>(SMALL_TARGETS)),
  ...(await page.evaluate<string[]>(WIDER)),
];

/**
 * What is wrong with the page as it stands (axe, targets below 44 px, sideways scrolling), at 320 and 1280 pixels,
 * light and dark. Leaves pictures of it in `.cache/screens/<name>-….png`, to be looked at.
 */
export const examine = async (page: Page, name: string): Promise<string[]> => {
  const faults: string[] = [];
  await mkdir(SCREENS, { recursive: true });
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(SCREENS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      // Colours do not depend on the width, nor the rest on colours.
      if ((width === 'phone') === (colorScheme === 'light')) {
        faults.push(...(await faultsAt(page)).map((fault) => `${width} ${colorScheme}: ${fault}`));
      }
    }
  }
  return faults;
};

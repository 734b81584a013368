import type { Person } from '../support/person.ts';

type Act = (person: Person) => Promise<void>;

/** How somebody goes through pages, whichever they are met at. */
export interface Walk {
  /** Heading of the page at which they are done. */
  readonly ends: string;
  /** What that page says besides, where people come by it before as well. */
  readonly saying?: string;
  /** What they do at a page, by its heading. */
  readonly pages: Readonly<Record<string, Act>>;
  /** What they do at any other, which says that what was begun is over. */
  readonly begins: Act;
}

const MOST_PAGES = 10;

const somewhere = (error: unknown): boolean =>
  !(error instanceof Error && error.message.includes('has not opened anything'));

/** The page's heading; empty in a browser that has opened nothing yet. */
const headingOf = async ({ browser }: Person): Promise<string> => {
  try {
    return await browser.heading();
  } catch (error) {
    if (somewhere(error)) throw error;
    return '';
  }
};

/** Whether there is a page, which is then read anew. */
export const reloads = async ({ browser }: Person): Promise<boolean> => {
  try {
    await browser.reload();
    return true;
  } catch (error) {
    if (somewhere(error)) throw error;
    return false;
  }
};

/** Goes on where a page was left, or begins anew where that is over, until it is done. */
export const walk = async (person: Person, { ends, saying = '', pages, begins }: Walk): Promise<void> => {
  const seen: string[] = [];
  for (let left = MOST_PAGES; left > 0; left -= 1) {
    const heading = await headingOf(person);
    if (heading === ends && (await person.browser.text()).includes(saying)) return;
    seen.push(heading);
    await (pages[heading] ?? begins)(person);
  }
  throw new Error(`never came to "${ends}", but to "${seen.join('", "')}": ${await person.browser.text()}`);
};

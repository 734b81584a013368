import { expect } from 'chai';
import { useChromium } from '../support/browser.ts';
import { world } from '../support/world.ts';

/** Presses the page's first button three times, and counts how often its form would have been sent. */
const PRESSES = `(() => {
  const [form] = document.forms;
  let sent = 0;
  form.addEventListener('submit', (event) => {
    if (!event.defaultPrevented) sent += 1;
    event.preventDefault();
  });
  for (let count = 0; count < 3; count += 1) form.querySelector('button').click();
  return sent;
})()`;

describe('a button pressed twice in a hurry', () => {
  const chromium = useChromium();

  it('sends its form once: the second would find the step done, in a browser that never saw the answer', async () => {
    await using w = await world();
    const page = await chromium.page();
    await page.goto(`${w.issuer}/reset`);
    await page.getByLabel('User name or email').fill('alice');
    expect(await page.evaluate(PRESSES)).to.equal(1);
  });
});

import { expect } from 'chai';
import { useWorld } from '../support/world.ts';

describe('Whoever needs help', () => {
  const world = useWorld();

  it('finds the help desk on every page that opens without a proof', async () => {
    const browser = world().browser();
    const paths = world()
      .app.routes.filter(({ method, path }) => method === 'GET' && !path.includes(':'))
      .map(({ path }) => path);
    expect(paths).to.include.members(['/reset', '/unlock', '/pass', '/not-me', '/change-password', '/security-info']);
    const looked: string[] = [];
    for (const path of paths) {
      await browser.open(`${world().issuer}${path}`);
      if (!browser.body.includes('<main')) continue;
      looked.push(path);
      expect(browser.body, path).to.contain('href="mailto:help@example.test"');
    }
    expect(looked).to.have.length.above(10);
  });
});

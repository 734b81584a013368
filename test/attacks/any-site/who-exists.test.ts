import { expect } from 'chai';
import type { HttpBrowser } from '../../support/http-browser.ts';
import { onAnySite } from '../../support/site.ts';

/** Of each answer what is drawn anew for everybody. */
const VOLATILE = new Set(['date', 'set-cookie', 'x-request-id']);

const answerOf = ({ status, headers, body }: HttpBrowser, name: string): string => {
  const kept = Object.entries(headers).filter(([header]) => !VOLATILE.has(header));
  const page = body
    .replace(/(name="(?:csrf|uid|sign_in)" value=")[^"]*/g, '$1')
    .replaceAll(/(interaction\/|sign_in=)[\w-]+/g, '')
    // A moment counted from the answer itself.
    .replaceAll(/datetime="[^"]*"/g, '');
  return JSON.stringify([status, kept, page]).replaceAll(name, 'NAME');
};

/** Where two answers part, with what stands around it. */
const difference = (one: string, other: string): string => {
  const at = [...one].findIndex((sign, index) => sign !== other[index]);
  return [one, other].map((each) => each.slice(Math.max(0, at - 60), at + 120)).join('\n');
};

const areAlike = (hers: readonly string[], nobodys: readonly string[]): void => {
  for (const [step, answer] of hers.entries()) {
    const other = nobodys[step] ?? '';
    expect(other === answer, `answer ${String(step)} differs:\n${difference(answer, other)}`).to.equal(true);
  }
  expect(nobodys).to.have.length(hers.length);
};

onAnySite(
  { failure: 'Who exists is told by an answer', seen: 'authentik GHSA-vmf9-6pcv-xr87, Keycloak #26625' },
  (site) => {
    const walk = async (name: string): Promise<readonly string[]> => {
      const browser = site().browser();
      const seen: string[] = [];
      const look = () => seen.push(answerOf(browser, name));
      await browser.open(`${site().issuer}/reset`);
      await browser.submit({ username: name });
      look();
      await site().settle();
      await browser.reload();
      look();
      for (let tries = 0; tries < 6 && (await browser.field('one-time-code')) !== undefined; tries += 1) {
        await browser.submit({ 'one-time-code': '12345678' });
        look();
      }
      for (const path of ['/reset/prove', '/reset/prove/questions', '/reset/password', '/reset/done', '/reset/word']) {
        await browser.open(site().issuer + path);
        look();
      }
      return seen;
    };

    it('by none of a reset up to the first proof, limits included', async () => {
      const dora = await site().somebody();
      // Names of one length: that of what was typed may show.
      const nobody = `x${dora.userName.slice(1)}`;
      const [hers, nobodys] = [await walk(dora.userName), await walk(nobody)];
      expect(hers.length).to.be.greaterThan(5);
      areAlike(hers, nobodys);
    });

    it('by none of a sign-in with a wrong password, pauses included', async () => {
      const dora = await site().somebody();
      const tries = async (name: string): Promise<readonly string[]> => {
        const browser = site().browser();
        await browser.open(`${site().issuer}/security-info`);
        const seen: string[] = [];
        for (let at = 0; at < 12; at += 1) {
          await browser.submit({ username: name, 'current-password': `a wrong one ${String(at)}` });
          seen.push(answerOf(browser, name));
        }
        return seen;
      };
      areAlike(await tries(dora.userName), await tries(`x${dora.userName.slice(1)}`));
    });
  },
);

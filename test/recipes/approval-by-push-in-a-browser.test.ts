import { expect } from 'chai';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import type { Person } from '../support/person.ts';
import { startPushService } from '../support/push-service.ts';
import type { PushService, Subscription } from '../support/push-service.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const TELL = 'Tell me when there is something to approve';
const TOLD = 'This browser tells you when there is something to approve.';
const DENIED = 'does not let this page tell you of requests';

/**
 * Chromium's own push service is on the internet. What it would give for a subscription, and keep, is given by ours
 * instead; everything else is the browser's own: the press, the permission, the keys, the worker and what it shows.
 */
const standIn = ({ endpoint, p256dh, auth }: Subscription): string => `
  const kept = 'test-subscription';
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const bytes = (key) => Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const made = (key) => ({
    endpoint: ${JSON.stringify(endpoint)},
    options: { applicationServerKey: bytes(key).buffer },
    toJSON: () => (${JSON.stringify({ endpoint, keys: { p256dh, auth } })}),
    unsubscribe: async () => { localStorage.removeItem(kept); return true; },
  });
  PushManager.prototype.subscribe = async ({ applicationServerKey: key, userVisibleOnly }) => {
    if (!userVisibleOnly || Notification.permission !== 'granted') throw new DOMException('no', 'NotAllowedError');
    localStorage.setItem(kept, key);
    return made(key);
  };
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem(kept);
    return key === null ? null : made(key);
  };`;

describe('A phone that is told of requests, in real browsers', () => {
  const chromium = useChromium();
  let w: World;
  let service: PushService;

  before(async function () {
    this.timeout(60_000);
    service = await startPushService();
    const push = { subject: 'mailto:operator@example.org', hosts: [`127.0.0.1:${String(service.port)}`] };
    w = await world({ sspr: { policies: [{ name: 'everybody', methods: ['approval'] }] }, config: { push } });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  const context = async (): Promise<ChromiumBrowser> => new ChromiumBrowser(await chromium.page({}));

  const look = async ({ page }: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(page, `approval-push-${name}`), name).to.deep.equal([]);
  };

  /** Somebody with a phone that shows the authenticator. */
  const someone = async (
    ...permissions: readonly string[]
  ): Promise<{ person: Person<ChromiumBrowser>; phone: ChromiumBrowser; where: Subscription }> => {
    const person = (await w.person('kim')).with(await context());
    const phone = await context();
    const where = service.subscribe(w.app.foundation.notify.push?.key);
    await phone.page.addInitScript(standIn(where));
    if (permissions.length > 0) {
      await phone.page.context().grantPermissions([...permissions], { origin: w.issuer });
    }
    await person.signsIn();
    await person.browser.submit({ name: 'Pixel' });
    await person.browser.page.getByText('The picture cannot be scanned?').click();
    const code = await person.browser.page.locator('code.copy').last().innerText();
    await phone.open(`${w.issuer}/authenticator`);
    await phone.submit({ code });
    await phone.submit({}, 'Connect this phone');
    await phone.page.getByRole('heading', { name: 'One step left' }).waitFor();
    await person.browser.submit({ number: await phone.page.locator('.number').innerText() });
    await phone.follow('Open the authenticator');
    return { person, phone, where };
  };

  const isTold = ({ page }: ChromiumBrowser) => page.getByText(TOLD).waitFor();

  /** What a push service would have this browser's worker do with a message. */
  const brings = async ({ page }: ChromiumBrowser, data: string): Promise<void> => {
    const session = await page.context().newCDPSession(page);
    const known = new Promise<string>((resolve) => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
        if (first) resolve(first.registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    const registrationId = await known;
    await session.send('ServiceWorker.deliverPushMessage', { origin: new URL(w.issuer).origin, registrationId, data });
    await session.detach();
  };

  const shown = ({ page }: ChromiumBrowser): Promise<unknown> =>
    page.evaluate(`(async () => {
      const registration = await navigator.serviceWorker.ready;
      for (let tries = 0; tries < 200; tries += 1) {
        const all = await registration.getNotifications();
        if (all.length > 0) return all.map(({ title, body, lang, tag }) => ({ title, body, lang, tag }));
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      return [];
    })()`);

  it('is told once its owner pressed the button, shows what it is told in its language, and can be left alone again', async function () {
    this.timeout(180_000);
    const { person, phone, where } = await someone('notifications');
    await phone.page.getByRole('button', { name: TELL }).waitFor();
    await look(phone, 'offer');
    await phone.page.getByRole('button', { name: TELL }).click();
    await isTold(phone);
    await look(phone, 'on');
    expect(await phone.text()).not.to.contain('Keep this page open');
    await phone.reload();
    await isTold(phone);

    const stranger = person.with(await context());
    await phone.page.goto('about:blank');
    await stranger.opensReset();
    await w.settle();
    const [push] = service.pushed.filter(({ endpoint }) => endpoint === where.endpoint);
    await w.later(120_000);
    await phone.open(`${w.issuer}/authenticator`);
    await brings(phone, push?.payload ?? '');
    expect(await shown(phone)).to.deep.equal([
      {
        title: 'Something waits for your approval',
        body: 'A sign-in, a password reset or an unlock at Example. Look at it here, and approve it only if it is you.',
        lang: 'en',
        tag: 'latchkey-approval',
      },
    ]);

    await phone.page.getByRole('button', { name: 'Stop telling me' }).click();
    await phone.page.getByRole('button', { name: TELL }).waitFor();
    await phone.reload();
    await phone.page.getByRole('button', { name: TELL }).waitFor();
    const before = service.pushed.length;
    await person.with(await context()).opensReset();
    await w.settle();
    expect(service.pushed).to.have.length(before);
  });

  it('asks for no permission before the button is pressed, and says what to do where it is not given', async function () {
    this.timeout(180_000);
    const { phone } = await someone();
    const { page } = phone;
    await page.addInitScript(`
      globalThis.asked = 0;
      Notification.requestPermission = async () => { globalThis.asked += 1; return 'denied'; };`);
    await phone.reload();
    await page.getByRole('button', { name: TELL }).waitFor();
    expect(await page.evaluate('globalThis.asked')).to.equal(0);
    await page.getByRole('button', { name: TELL }).click();
    await page.getByText(DENIED).waitFor();
    expect(await page.evaluate('globalThis.asked')).to.equal(1);
    expect(await page.evaluate('document.activeElement.textContent')).to.contain(DENIED);
    await look(phone, 'denied');
  });

  it('shows that something is there even where the message cannot be read', async function () {
    this.timeout(180_000);
    const { phone } = await someone('notifications');
    await brings(phone, 'no JSON');
    expect(await shown(phone)).to.deep.equal([
      { title: new URL(w.issuer).host, body: '', lang: '', tag: 'latchkey-approval' },
    ]);
  });
});

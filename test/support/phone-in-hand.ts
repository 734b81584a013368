import { generateKeyPairSync, sign } from 'node:crypto';
import { answerText, pairingText, tellingText } from '../../plugins/sspr/approval/signature.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Subscription } from './push-service.ts';

/** A key as the authenticator makes it in a browser, kept by us. */
export class SigningKey {
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  get publicKey(): string {
    return this.#pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  }

  sign(text: string): string {
    const key = { key: this.#pair.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return sign('sha256', Buffer.from(text), key).toString('base64url');
  }
}

const TELL = ['Tell me when there is something to approve', 'Bescheid sagen, wenn etwas freizugeben ist'];

/** A form as a browser posts it. */
export interface Sent {
  readonly url: URL;
  readonly fields: Readonly<Record<string, string>>;
}

/** A phone with the authenticator open: what its script does in a real browser is done here by hand. */
export class PhoneInHand {
  readonly browser: HttpBrowser;
  readonly key = new SigningKey();
  readonly #issuer: string;

  constructor(browser: HttpBrowser, issuer: string) {
    this.browser = browser;
    this.#issuer = issuer;
  }

  /** Scans the picture of which the page shows the code, and gives the number that the phone then shows. */
  async scans(page: HttpBrowser): Promise<string> {
    const { url, fields } = await this.pairing(page);
    await this.browser.post(url, fields);
    return numberOn(this.browser);
  }

  /** As {@link scans}, up to the press that connects it. */
  async pairing(page: HttpBrowser): Promise<Sent> {
    const [code = ''] = /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/.exec(await page.text()) ?? [];
    await this.browser.open(`${this.#issuer}/authenticator/pair?code=${code}`);
    const { url, fields } = this.browser.prepared({});
    const { publicKey } = this.key;
    const signature = this.key.sign(pairingText(code.replaceAll('-', ''), publicKey));
    return { url, fields: { ...fields, publicKey, signature } };
  }

  async opens(): Promise<void> {
    await this.browser.open(`${this.#issuer}/authenticator`);
  }

  /** What would be sent for an answer to what is shown. */
  answering(decision: 'approve' | 'deny', number = '', key = this.key): Sent {
    const { url, fields } = this.browser.prepared({}, decision === 'approve' ? 'Approve' : 'It was not me');
    const signature = key.sign(answerText(fields['request'] ?? '', decision, number));
    return { url, fields: { ...fields, number, signature } };
  }

  /** What would be sent to be told of requests there. */
  async telling({ endpoint, p256dh, auth }: Omit<Subscription, 'privateKey'>, key = this.key): Promise<Sent> {
    await this.opens();
    const label = TELL.find((each) => this.browser.body.includes(each));
    const { url, fields } = this.browser.prepared({}, label);
    const [, phone = ''] = /data-phones="([^" ]+)"/.exec(this.browser.body) ?? [];
    const signature = key.sign(tellingText(endpoint, p256dh, auth));
    return { url, fields: { ...fields, phone, endpoint, p256dh, auth, signature } };
  }

  /** Asks to be told there; gives whether that was taken. */
  async wantsToBeTold(where: Omit<Subscription, 'privateKey'>): Promise<boolean> {
    return this.sends(await this.telling(where));
  }

  async sends({ url, fields }: Sent): Promise<boolean> {
    await this.browser.post(url, fields);
    return (JSON.parse(this.browser.body) as { on: boolean }).on;
  }

  async answers(decision: 'approve' | 'deny', number = ''): Promise<void> {
    await this.opens();
    const { url, fields } = this.answering(decision, number);
    await this.browser.post(url, fields);
  }
}

/** The two digits that a page shows. */
export const numberOn = async (page: HttpBrowser): Promise<string> => {
  const [, number = ''] = /<p class="number" dir="ltr">(\d\d)<\/p>/.exec(page.body) ?? [];
  if (number === '') throw new Error(`no number on the page: ${await page.text()}`);
  return number;
};

import { webcrypto } from 'node:crypto';
import { proofText, registrationText } from '../../plugins/sspr/trusted-device/challenges.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Sent } from './phone-in-hand.ts';

const { subtle } = webcrypto;

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };

const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64url');

type Pair = Awaited<ReturnType<typeof newPair>>;

const newPair = () => subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);

const sign = async ({ privateKey }: Pair, words: string): Promise<string> =>
  text(await subtle.sign(SIGNING, privateKey, new TextEncoder().encode(words)));

const attribute = ({ body }: HttpBrowser, name: string): string =>
  new RegExp(`data-device="\\w+"[^>]* data-${name}="([^"]*)"`).exec(body)?.[1] ?? '';

const PROVE = 'Use this device';
const REGISTER = 'Use this device for resets';

/** The keys that a browser keeps. What the script of the page does in a real one is done here, with the same API. */
export class KeptKeys {
  readonly #keys = new Map<string, Pair>();

  /** What the page that sets a device up would post. */
  async registering(browser: HttpBrowser): Promise<Sent> {
    const challenge = attribute(browser, 'challenge');
    const pair = await newPair();
    this.#keys.set(challenge, pair);
    const publicKey = text(await subtle.exportKey('spki', pair.publicKey));
    const signature = await sign(pair, registrationText(challenge, publicKey));
    const { url, fields } = browser.prepared({}, REGISTER);
    return { url, fields: { ...fields, publicKey, signature } };
  }

  async registers(browser: HttpBrowser): Promise<void> {
    const { url, fields } = await this.registering(browser);
    await browser.post(url, fields);
  }

  /** What the page of a gate would post. */
  async proving(browser: HttpBrowser): Promise<Sent> {
    const challenge = attribute(browser, 'challenge');
    const signatures: string[] = [];
    for (const name of attribute(browser, 'keys').split(' ')) {
      const pair = this.#keys.get(name);
      signatures.push(pair ? await sign(pair, proofText(challenge)) : '');
    }
    const { url, fields } = browser.prepared({}, PROVE);
    return { url, fields: { ...fields, signature: signatures.join('.') } };
  }

  async proves(browser: HttpBrowser): Promise<void> {
    const { url, fields } = await this.proving(browser);
    await browser.post(url, fields);
  }

  /** What browsers do that clear what pages keep. */
  forget(): void {
    this.#keys.clear();
  }
}

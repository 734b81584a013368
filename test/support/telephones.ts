import { startCarrier } from './carrier.ts';
import type { Asked, CarrierServer, Fields } from './carrier.ts';
import type { ConfigTree } from './world.ts';

/** What a carrier makes of the telephones that it reaches: a world with `config` sends its texts and calls here. */
export interface Telephones extends AsyncDisposable {
  readonly carrier: CarrierServer;
  /** For `WorldOptions.config`. */
  readonly config: ConfigTree;
  /** Texts that a number got, oldest first. Settle the world before. */
  texts(number: string): readonly string[];
  /** The code in the latest text, as a telephone fills it in. */
  code(number: string): string;
  /** Takes the latest call to a number and listens until it ends: what was said, line by line. */
  pickUp(number: string, fields?: Fields): Promise<readonly string[]>;
  /** The digits of a code that were said, once. */
  heard(lines: readonly string[]): string;
  /** Tells the server what became of the latest text or call to a number; gives the status of its answer. */
  tell(number: string, fields: Fields): Promise<number>;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

const plain = (xml: string): string => xml.replace(/&(\w+);/g, (_, name: string) => ENTITIES[name] ?? '');

export const openTelephones = async (countries: readonly string[] = ['DE']): Promise<Telephones> => {
  const carrier = await startCarrier();
  const http = { url: carrier.url, account: carrier.account, token: `plain:${carrier.token}` };
  const common = { from: '+4930123456', countries, http };

  const reached = (number: string, resource?: string): readonly Asked[] =>
    carrier.asked.filter((each) => each.fields['To'] === number && (resource ?? each.resource) === each.resource);
  const latest = (number: string, resource?: string): Fields => {
    const last = reached(number, resource).at(-1);
    if (!last) throw new Error(`${number} was never reached`);
    return last.fields;
  };
  const texts = (number: string) => reached(number, 'Messages').map(({ fields }) => fields['Body'] ?? '');

  return {
    carrier,
    config: { sms: common, voice: common },
    texts,
    code(number) {
      const code = /\n@\S+ #(\S+)$/.exec(texts(number).at(-1) ?? '')?.[1];
      if (code === undefined) throw new Error(`no code was sent to ${number}`);
      return code;
    },
    async pickUp(number, fields = {}) {
      const url = latest(number, 'Calls')['Url'] ?? '';
      const answer = await carrier.post(url, { AccountSid: carrier.account, CallStatus: 'in-progress', ...fields });
      if (answer.status !== 200) throw new Error(`the carrier was answered ${answer.status}`);
      return [...(await answer.text()).matchAll(/<Say language="[\w-]+">([^<]*)<\/Say>/g)].map(([, said = '']) =>
        plain(said),
      );
    },
    heard: (lines) =>
      lines
        .slice(0, lines.length / 2)
        .filter((line) => /^\d$/.test(line))
        .join(''),
    tell: async (number, fields) =>
      (await carrier.post(latest(number)['StatusCallback'] ?? '', { AccountSid: carrier.account, ...fields })).status,
    [Symbol.asyncDispose]: () => carrier[Symbol.asyncDispose](),
  };
};

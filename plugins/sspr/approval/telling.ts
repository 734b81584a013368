import type { Host, Refusal } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Store } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import type { Flow } from '../collections.ts';
import { isSigned } from '../browser-key.ts';
import { phones } from './collections.ts';
import type { StoredPhone } from './collections.ts';
import type { Asked } from './decide.ts';
import { tellingText } from './signature.ts';

/** More phones than a person may have, and more people than share one. */
const MOST = 20;

type Ports = Pick<Host, 'notify' | 'store'>;

/** What a browser sends that wants to be told of requests. */
export interface Subscriber {
  /** Which of its phones: it has one for each of its people. */
  readonly phone: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly signature: string;
}

const without = ({ push: _push, ...row }: StoredPhone): StoredPhone => row;

/** False where somebody else wrote it meanwhile, or it is gone. */
const swapped = async (store: Store, row: StoredPhone): Promise<boolean> => {
  try {
    await store.swap(phones, row);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
};

/** Tells phones of requests by web push, where their owner asked for it. */
export const createTelling = ({ notify, store }: Ports) => ({
  /** What browsers subscribe with; undefined where nothing is pushed here. */
  key: notify.push?.key,

  /** To be committed with a request: word to each of these phones that it is there, and no word of what it is about. */
  async telling(
    accountId: string,
    { browser, correlation }: Pick<Flow, 'browser' | 'correlation'>,
    allowed: readonly string[],
    until: number,
  ): Promise<readonly Change[]> {
    if (!notify.push) return [];
    const { docs } = await store.find(phones, eq('accountId', accountId), { limit: MOST });
    return docs.flatMap(({ id, push, browser: phone }) =>
      // A browser cannot approve what it asks for itself.
      push && allowed.includes(id) && phone !== browser
        ? [
            notify.message({
              ...{ channel: 'push', to: push.to, template: 'sspr/approval', locale: push.locale, data: {} },
              ...{ expiresAt: until, accountId, correlation },
            }),
          ]
        : [],
    );
  },

  /**
   * Takes in where a phone wants to be told. The key of the phone signs it: whoever has its cookie alone learns nothing.
   *
   * @param here the people for whom this browser may approve
   */
  async begin(here: readonly Asked[], { phone, signature, ...where }: Subscriber, locale: string): Promise<boolean> {
    const one = here.find(({ row }) => row.id === phone);
    const { endpoint, p256dh, auth } = where;
    if (!one || !isSigned(one.phone.publicKey, tellingText(endpoint, p256dh, auth), signature)) return false;
    const to = notify.push?.address(endpoint, p256dh, auth);
    return to !== undefined && swapped(store, { ...one.row, push: { to, locale } });
  },

  /** Needs no signature: it only takes away, and the key may be what was lost. */
  async end(browser: string): Promise<void> {
    const { docs } = await store.find(phones, eq('browser', browser), { limit: MOST });
    await Promise.all(docs.filter(({ push }) => push).map((row) => swapped(store, without(row))));
  },

  /** What was pushed to is gone: nothing is pushed there any more. */
  async dropping({ channel, to, accountId }: Refusal): Promise<readonly Change[]> {
    if (channel !== 'push' || accountId === undefined) return [];
    const { docs } = await store.find(phones, eq('accountId', accountId), { limit: MOST });
    return docs.filter(({ push }) => push?.to === to).map((row) => change.swap(phones, without(row)));
  },
});

export type Telling = ReturnType<typeof createTelling>;

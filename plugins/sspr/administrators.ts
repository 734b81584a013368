import type { Host, Limit, Message } from '../../src/plugin.ts';
import type { Change } from '../../src/store/port.ts';
import { deviceOf } from './device.ts';
import type { Where } from './notices.ts';

/** What administrators are told, and how often at most. */
export interface AdministratorsNews {
  readonly template: string;
  readonly data: Message['data'];
  readonly limit: Limit;
  /** Counter of the limit. */
  readonly key: string;
  /** Whom it is about, where they are one of them and are told otherwise. */
  readonly except?: string;
  /** Mail addresses besides the administrators' own. */
  readonly more?: readonly string[];
}

/** Where somebody's language is not known it comes in the organisation's, not in that of whoever caused it. */
const ORGANISATIONS = '';

/** News for every holder of an administrative role, by mail. Nothing where as many were sent as may be. */
export const administratorsTold = async (
  { host }: { readonly host: Host },
  where: Where,
  { template, data, limit, key, except, more = [] }: AdministratorsNews,
): Promise<readonly Change[]> => {
  const { count } = await host.limits.spent(limit, key);
  if (count >= limit.cap) {
    host.log.warn({ template, correlation: where.correlation }, 'administrators were told as often as may be');
    return [];
  }
  const administrators = ((await host.accounts.administrators?.()) ?? []).filter(({ id }) => id !== except);
  const locales = new Map([
    ...more.map((to) => [to, ORGANISATIONS] as const),
    ...administrators.flatMap(({ mail, locale = ORGANISATIONS }) => mail.map((to) => [to, locale] as const)),
  ]);
  const { address, agent, correlation } = where;
  const common = { address, at: host.clock.now(), ...deviceOf(agent), ...data };
  const messages = [...locales].map(([to, locale]) =>
    host.notify.message({ channel: 'mail', to, template: `sspr/${template}`, locale, data: common, correlation }),
  );
  return messages.length === 0 ? [] : [host.limits.spending(limit, key), ...messages];
};

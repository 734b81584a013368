import { z } from 'zod';
import { HOUR } from '../../../src/kernel/clock.ts';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Account, Answer, Freezes, Route, Visit } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import type { Desk } from '../desk.ts';
import { deviceOf } from '../device.ts';
import { maskName } from '../methods/mask.ts';
import { cases } from './collections.ts';
import type { Case, Disclaimer } from './collections.ts';
import { disown } from './disown.ts';
import { disclaimerOf } from './links.ts';

const PATH = '/not-me';

/** Keeps what the link says while its address is clean: addresses travel, to other sites and into histories. */
const COOKIE = 'not-me';
const KEPT = HOUR;

const TOKEN = /^[0-9a-z]{16}$/i;

interface Opened {
  readonly link: Stored<Disclaimer>;
  readonly account: Account;
  /** What was disowned already, be it by another link. */
  readonly opened: Case | undefined;
}

const openedHere = async ({ host }: Desk, visit: Visit<unknown>): Promise<Opened | undefined> => {
  const token = visit.cookies.get(COOKIE);
  const link = token === undefined ? undefined : await disclaimerOf(host, token);
  const account = link && (await host.accounts.byId(link.accountId));
  return account && { link, account, opened: await host.store.get(cases, link.event) };
};

const arrive = (visit: Visit): Promise<Answer> => {
  const { token = '' } = visit.params;
  if (TOKEN.test(token)) visit.cookies.set(COOKIE, token, { maxAge: KEPT });
  else visit.cookies.clear(COOKIE);
  return Promise.resolve(redirect(PATH));
};

const dead = (visit: Visit<unknown>): Answer => {
  visit.cookies.clear(COOKIE);
  return page('sspr/not-me/dead', {}, { status: 410 });
};

/** How things are by now, where the account is not frozen: it never was, or was opened again. */
const afterwards = { spared: 'ended', unfrozen: 'ended', frozen: 'settled', 'frozen before': 'settled' } as const;

const show = async (desk: Desk, visit: Visit): Promise<Answer> => {
  const found = await openedHere(desk, visit);
  if (!found) return dead(visit);
  const { link, account, opened } = found;
  const { notice, at, address, agent } = link;
  const what = { name: maskName(account.userName), notice, at, address, ...deviceOf(agent) };
  if (!opened) return page('sspr/not-me/ask', what);
  const { outcome, openedAt } = opened;
  const isFrozen = (await desk.host.freezes?.of(account.id)) !== undefined;
  return page('sspr/not-me/done', { ...what, openedAt, state: isFrozen ? 'frozen' : afterwards[outcome] });
};

const press = async (desk: Desk, freezes: Freezes, visit: Visit<unknown>): Promise<Answer> => {
  const found = await openedHere(desk, visit);
  if (!found) return dead(visit);
  if (!found.opened) await disown(desk, freezes, visit, found.link);
  return redirect(PATH);
};

/**
 * "This was not me": the link of a notice opens it for whoever got the notice, signed in or not. Opening changes nothing
 * (scanners open links too); the button does what is to be done. A foreign host has none of it: it keeps its sign-ins.
 */
export const notMeRoutes = (desk: Desk): readonly Route[] => {
  const { freezes } = desk.host;
  if (!freezes) return [];
  return [
    get(`${PATH}/:token`, arrive),
    get(PATH, (visit) => show(desk, visit)),
    post(PATH, z.strictObject({}), (visit) => press(desk, freezes, visit)),
  ];
};

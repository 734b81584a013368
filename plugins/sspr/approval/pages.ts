import { z } from 'zod';
import { get, json, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Host, Route, Visit } from '../../../src/plugin.ts';
import { deviceOf } from '../device.ts';
import { typedWrittenCode } from '../methods/written-code.ts';
import type { Asked, Decider, Outcome } from './decide.ts';
import type { Pairings } from './pairing.ts';
import type { Requests } from './requests.ts';
import type { Telling } from './telling.ts';

export interface Authenticator {
  readonly decider: Decider;
  readonly pairing: Pairings;
  readonly requests: Requests;
  readonly telling: Telling;
  readonly files: { readonly worker: string; readonly icon: string };
}

const HOME = '/authenticator';
const TELLING = `${HOME}/telling`;
const MANIFEST = '/authenticator.webmanifest';
const ICON = '/authenticator-icon.svg';
/** Not below the home, so that it may serve that page as well (Service Workers section 3.4.3). */
const WORKER = '/authenticator-worker.js';

const SAYINGS: ReadonlySet<string> = new Set<Outcome>(['approved', 'denied', 'mistyped', 'over', 'here', 'unproved']);

const shown = (view: string, data: Readonly<Record<string, unknown>>, status = 200): Answer =>
  page(`sspr/approval/${view}`, { ...data, manifest: MANIFEST, worker: WORKER }, { status, installable: true });

/** What is asked, as its owner can tell whether it was them. */
const questionOf = ({ somebody: { account }, phone, request }: Asked, here: string) =>
  request && {
    request: request.request,
    phone: phone.phone,
    purpose: request.purpose,
    userName: account.userName,
    at: request.at,
    until: request.until,
    address: request.address,
    ...deviceOf(request.agent),
    isHere: request.browser === here,
  };

/** What the page needs to be told of requests, where that can be. */
const tellingOf = ({ telling: { key } }: Authenticator, all: readonly Asked[]) =>
  key === undefined || all.length === 0
    ? undefined
    : { key, phones: all.map(({ row }) => row.id).join(' '), on: all.every(({ row }) => row.push !== undefined) };

const home = async (authenticator: Authenticator, visit: Visit): Promise<Answer> => {
  const { decider } = authenticator;
  const all = await decider.here(visit.browser);
  const [question] = all.map((one) => questionOf(one, visit.browser)).filter((one) => one !== undefined);
  const said = visit.query['said'] ?? '';
  return shown('authenticator', {
    question,
    telling: tellingOf(authenticator, all),
    people: all.map(({ somebody: { account } }) => account.userName),
    said: SAYINGS.has(said) ? said : undefined,
  });
};

/** Asked every few seconds while the page is open: what it would show. */
const waiting = async ({ decider }: Authenticator, visit: Visit): Promise<Answer> => {
  const all = await decider.here(visit.browser);
  return json({ request: all.find(({ request }) => request !== undefined)?.request?.request ?? '' });
};

const pairPage = async ({ pairing }: Authenticator, visit: Visit<unknown>, code: string): Promise<Answer> => {
  const found = await pairing.find(code);
  if (!found || (found.phone && found.phone.browser !== visit.browser)) return shown('pair-over', {}, 410);
  const number = pairing.numberOf(found);
  return number === undefined ? shown('pair', { code, key: found.id }) : shown('paired', { number });
};

const pathOf = (code: string): string => `${HOME}/pair/${encodeURIComponent(code)}`;

const pairForm = z.strictObject({ publicKey: z.string(), signature: z.string() });

const answerForm = z.strictObject({
  request: z.string(),
  decision: z.enum(['approve', 'deny']),
  number: z.string(),
  signature: z.string(),
});

const tellingForm = z.strictObject({
  phone: z.string(),
  endpoint: z.string(),
  p256dh: z.string(),
  auth: z.string(),
  signature: z.string(),
});

/** Asked by the script of the page, which says what became of it. */
const tellingRoutes = ({ decider, telling }: Authenticator): readonly Route[] => [
  post(TELLING, tellingForm, async ({ browser, form, locale }) =>
    json({ on: await telling.begin(await decider.here(browser), form, locale) }),
  ),
  post(`${TELLING}/off`, z.strictObject({}), async ({ browser }) => {
    await telling.end(browser);
    return json({ on: false });
  }),
];

const file = (type: string, body: string): Promise<Answer> =>
  Promise.resolve({ kind: 'document', type, body, status: 200 });

const manifestOf = ({ organisation: { name } }: Host): string =>
  JSON.stringify({
    id: HOME,
    name,
    short_name: name,
    start_url: HOME,
    scope: HOME,
    display: 'standalone',
    icons: [{ src: ICON, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
  });

/** The authenticator: a page that is installed like an app, and what the page of a flow asks it. */
export const authenticatorRoutes = (host: Host, authenticator: Authenticator): readonly Route[] => {
  const { decider, pairing, requests, files } = authenticator;
  return [
    get(HOME, (visit) => home(authenticator, visit)),
    get(`${HOME}/waiting`, (visit) => waiting(authenticator, visit)),
    get(`${HOME}/offline`, () => Promise.resolve(shown('offline', {}))),
    get(`${HOME}/state/:mark`, async ({ params: { mark = '' }, browser }) =>
      json({ approved: (await requests.approved(mark, browser)) !== undefined }),
    ),
    get(`${HOME}/pair`, ({ query: { code = '' } }) => {
      const typed = typedWrittenCode(code);
      return Promise.resolve(redirect(typed === '' ? HOME : pathOf(typed)));
    }),
    get(`${HOME}/pair/:code`, (visit) => pairPage(authenticator, visit, visit.params['code'] ?? '')),
    post(`${HOME}/pair/:code`, pairForm, async ({ params: { code = '' }, form, browser, agent }) => {
      await pairing.offer(code, { ...form, browser, agent });
      return redirect(pathOf(code));
    }),
    post(`${HOME}/answer`, answerForm, async (visit) => {
      const said = await decider.answer(visit.browser, { ...visit.form, number: visit.form.number.trim() }, visit);
      return redirect(`${HOME}?said=${said}`);
    }),
    ...(authenticator.telling.key === undefined ? [] : tellingRoutes(authenticator)),
    get(MANIFEST, () => file('application/manifest+json', manifestOf(host))),
    get(WORKER, () => file('text/javascript', files.worker)),
    get(ICON, () => file('image/svg+xml', files.icon)),
  ];
};

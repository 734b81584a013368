import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../../src/kernel/package-root.ts';
import { hasInvisible, isStorable } from '../../../src/kernel/text.ts';
import type { Host } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import { approvals, pairings, phones } from '../approval/collections.ts';
import { createDecider } from '../approval/decide.ts';
import { authenticatorRoutes } from '../approval/pages.ts';
import { createPairing } from '../approval/pairing.ts';
import type { Pairings } from '../approval/pairing.ts';
import { phone } from '../approval/phone.ts';
import type { Phone } from '../approval/phone.ts';
import { createRequests, REQUEST_LIFETIME } from '../approval/requests.ts';
import type { Requests } from '../approval/requests.ts';
import { createTelling } from '../approval/telling.ts';
import { deviceOf } from '../device.ts';
import { qrCode } from '../qr.ts';
import { defineMethod } from './method.ts';
import type {
  Confirmed,
  Enrolment,
  Fields,
  Held,
  Method,
  Pending,
  Proof,
  RegistrationQuestion,
  Started,
} from './method.ts';
import { inGroups } from './written-code.ts';

const MOST = 5;
const LONGEST_NAME = 40;

export const approvalConfig = z.strictObject({}).prefault({}).describe('Approval on a phone with the authenticator.');

/** Files of the authenticator that need an address of their own. */
const fileOf = (name: string): string => readFileSync(join(packageRoot, 'plugins/sspr/views/approval', name), 'utf8');

const namesOf = (held: readonly Held<Phone>[]): string | undefined =>
  held.length === 0 ? undefined : held.map(({ data }) => data.name).join(', ');

/**
 * The page shows a number, which its owner types on the phone. What the page carries and shows depends on the flow
 * alone; only what a phone of the owner approved is found by it.
 */
const proofOf = ({ clock, issuer }: Host, requests: Requests): Proof<Phone> => ({
  form: z.strictObject({ mark: z.string() }),
  sends: true,
  waits: true,
  page: ({ flowId, held, challenge }) => ({
    address: namesOf(held),
    number: requests.numberOf(flowId),
    mark: requests.markOf(flowId),
    over: challenge !== undefined && clock.now() >= challenge.until,
    authenticator: `${issuer}/authenticator`,
  }),
  async issue({ flowId, held }) {
    const request = requests.newRequest();
    const [first] = held;
    const allowed = held.map(({ data }) => data.phone);
    const changes = first ? await requests.asking(flowId, first.data.owner, request, allowed) : [];
    const challenge = { until: clock.now() + REQUEST_LIFETIME, data: { request } };
    return { challenge, ...(changes.length > 0 ? { changes } : {}) };
  },
  async check({ flowId, challenge, here, held }, { mark = '' }) {
    if (mark !== requests.markOf(flowId)) return undefined;
    const row = await requests.approved(mark, here.browser);
    if (!row || row.request !== challenge?.data['request']) return undefined;
    const one = (await held()).find(({ data }) => data.phone === row.phone && data.owner === row.accountId);
    return one && { registered: one.id, changes: [change.take(approvals, row.id, row.version)] };
  },
});

const start = (pairing: Pairings, { account }: RegistrationQuestion<Phone>, fields: Fields): Started<Phone> => {
  const name = (fields['name'] ?? '').trim().normalize('NFC');
  if ([...name].length > LONGEST_NAME || hasInvisible(name) || !isStorable(name)) {
    return { kind: 'refused', errors: { name: { key: 'sspr.method.approval.badName' } } };
  }
  const { code, until, changes } = pairing.begin(account.id);
  return { kind: 'pending', pending: { code, name }, until, changes };
};

const confirm = async (
  pairing: Pairings,
  { account }: RegistrationQuestion<Phone>,
  { code, name }: Pending,
  { number = '' }: Fields,
): Promise<Confirmed<Phone> | undefined> => {
  const found = await pairing.find(String(code));
  if (!found?.phone || found.accountId !== account.id || number.trim() !== pairing.numberOf(found)) return undefined;
  const { publicKey, browser, agent } = found.phone;
  const named = String(name) === '' ? deviceOf(agent).system : String(name);
  return {
    data: { phone: found.id, owner: account.id, publicKey, name: named, browser },
    changes: [
      change.take(pairings, found.id, found.version),
      change.insert(phones, { id: found.id, accountId: account.id, browser }),
    ],
  };
};

const enrolmentOf = ({ issuer }: Host, pairing: Pairings): Enrolment<Phone> => ({
  form: z.strictObject({ name: z.string().optional() }),
  page: () => ({}),
  start: (question, fields) => Promise.resolve(start(pairing, question, fields)),
  confirmation: {
    form: z.strictObject({ number: z.string() }),
    async page(_question, { code }) {
      const address = `${issuer}/authenticator/pair/${String(code)}`;
      return { qr: await qrCode(address), authenticator: `${issuer}/authenticator`, code: inGroups(String(code)) };
    },
    confirm: (question, pending, fields) => confirm(pairing, question, pending, fields),
  },
});

/** Approval with the authenticator, a page that people install on their phone: its key never leaves that browser. */
export const approvalMethod = (host: Host): Method<Phone> => {
  const telling = createTelling(host);
  const requests = createRequests(host, telling);
  const pairing = createPairing(host);
  const files = { worker: fileOf('worker.js'), icon: fileOf('icon.svg') };
  return {
    name: 'approval',
    // Nothing is typed here that could be guessed: the number is typed on the phone, and a wrong one ends the request.
    guessable: false,
    // A key in software, as far as anybody can tell, and somebody was there to type the number (RFC 8176 section 2).
    secondFactor: { amr: ['swk', 'user'] },
    most: MOST,
    data: phone,
    describe: ({ name }) => ({ name }),
    proves: ({ browser }) => [`browser ${browser}`],
    proof: proofOf(host, requests),
    enrolment: enrolmentOf(host, pairing),
    removing: ({ phone: id }) => [change.remove(phones, id)],
    undeliverable: (refusal) => telling.dropping(refusal),
    pages: (people) =>
      authenticatorRoutes(host, { decider: createDecider(host, people), pairing, requests, telling, files }),
  };
};

export const approval = defineMethod({
  config: approvalConfig,
  secondFactor: true,
  collections: [phones, pairings, approvals],
  create: (host) => approvalMethod(host),
});

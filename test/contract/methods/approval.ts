import { auditEvents } from '../../../plugins/sspr/audit-events.ts';
import { flows } from '../../../plugins/sspr/collections.ts';
import { approvalOf, pairings } from '../../../plugins/sspr/approval/collections.ts';
import { createPairing } from '../../../plugins/sspr/approval/pairing.ts';
import { createDecider } from '../../../plugins/sspr/approval/decide.ts';
import type { Phone } from '../../../plugins/sspr/approval/phone.ts';
import { answerText, pairingText } from '../../../plugins/sspr/approval/signature.ts';
import { approval as kind, approvalMethod } from '../../../plugins/sspr/methods/approval.ts';
import { createAudit } from '../../../src/audit/log.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { createNotify } from '../../../src/notify/outbox.ts';
import type { Host } from '../../../src/plugin.ts';
import { flowOf } from '../../sspr/flow-samples.ts';
import { SigningKey } from '../../support/phone-in-hand.ts';
import { rooms } from '../../support/rooms.ts';
import type { Rooms } from '../../support/rooms.ts';
import type { MethodFixture } from '../method.ts';
import { ports, question } from './ports.ts';

/** Only what the method and the phone's side of it use. */
type Used = Pick<Host, 'clock' | 'random' | 'secrets' | 'store' | 'issuer' | 'organisation' | 'audit' | 'notify'>;

const PHONE = 'a phone';
const where = { address: '192.0.2.8', agent: 'a phone', correlation: 'a correlation', locale: 'en' };

/** Ann with a phone whose key is ours. */
export const approval = async (opened: Rooms[]): Promise<MethodFixture<Phone>> => {
  const all = await ports();
  const room = await rooms(undefined, [flows, ...(kind.collections ?? [])]);
  opened.push(room);
  const { store, clock } = room;
  const audit = createAudit(auditEvents, clock, systemRandom, all.secrets);
  const notify = createNotify(clock, systemRandom, all.secrets);
  const used: Used = { ...all, clock, store, audit, notify };
  const host = used as Host;
  const method = approvalMethod(host);
  const pairing = createPairing(host);
  const key = new SigningKey();
  const { publicKey } = key;
  for (const id of ['a-flow', 'another-flow']) {
    await store.insert(
      flows,
      flowOf('reset', 'first-gate', { id, browser: question.here.browser, expiresAt: clock.now() + 15 * MINUTE }),
    );
  }
  return {
    method,
    enrolling: { name: 'Pixel' },
    nonsense: ['x'.repeat(10_000), '\u0000', 'phone\r\nBcc: x@example.test', '\ud800', '\u202e'],
    secrets: [],
    question,
    async confirming({ code }) {
      const signature = key.sign(pairingText(String(code), publicKey));
      await pairing.offer(String(code), { publicKey, signature, browser: PHONE, agent: 'a phone' });
      const found = await store.get(pairings, pairing.idOf(String(code)));
      return { number: found && pairing.numberOf(found) };
    },
    async answer(held, _message, flowId) {
      const row = await approvalOf(store, question.account.id);
      const people = {
        find: () => Promise.resolve({ account: question.account, held: [held], contacts: [] }),
      };
      if (row?.state === 'waiting') {
        const signature = key.sign(answerText(row.request, 'approve', row.number));
        const said = { request: row.request, decision: 'approve', number: row.number, signature } as const;
        await createDecider(host, people).answer(PHONE, said, where);
      }
      const page = await method.proof.page({ flowId, held: [], challenge: undefined, seed: '', here: question.here });
      return { mark: String(page['mark']) };
    },
    commit: (changes) => store.commit(changes),
    later: (milliseconds) => {
      clock.advance(milliseconds);
    },
  };
};

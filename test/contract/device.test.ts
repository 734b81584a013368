import { expect } from 'chai';
import type { Held, Proved } from '../../plugins/sspr/methods/method.ts';
import type { TrustedDevice } from '../../plugins/sspr/methods/device.ts';
import { answerText, pairingText } from '../../plugins/sspr/approval/signature.ts';
import { gatesOf } from '../../plugins/sspr/gates.ts';
import { proofText, registrationText } from '../../plugins/sspr/trusted-device/challenges.ts';
import { forgetsKeys } from '../../plugins/sspr/trusted-device/forgetful.ts';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { SigningKey } from '../support/phone-in-hand.ts';
import type { Rooms } from '../support/rooms.ts';
import { methodContract } from './method.ts';
import { approval } from './methods/approval.ts';
import { device, jar } from './methods/device.ts';
import type { DeviceFixture } from './methods/device.ts';
import { closeRooms, passkey } from './methods/passkey.ts';
import { question } from './methods/ports.ts';

const FLOW = question.flowId;

const where = { address: '192.0.2.7', agent: 'a browser' };

const registered = async (
  { method, question: asked, enrolling }: DeviceFixture,
  held: readonly Held<TrustedDevice>[] = [],
  fields = enrolling,
) => {
  const started = await method.enrolment?.start({ ...asked, held }, fields);
  if (started?.kind !== 'registered') throw new Error(JSON.stringify(started));
  return { held: { id: 'registered', data: started.data }, replaces: started.replaces };
};

interface Asking {
  readonly signature?: string;
  readonly found?: readonly Held<TrustedDevice>[];
  readonly browser?: string;
  readonly flowId?: string;
  /** Told of each look at somebody. */
  looks?(): void;
}

/** Judges an answer at a gate that was prepared for those that were found. */
const answered = async (
  { method, question: { here }, key, challenge }: DeviceFixture,
  held: readonly Held<TrustedDevice>[],
  { found = held, browser = here.browser, flowId = FLOW, looks, ...asking }: Asking = {},
): Promise<Proved<TrustedDevice> | undefined> => {
  const issued = await method.proof.issue?.({ flowId, held: found, guessing: true, seed: '', purpose: 'reset', where });
  const { signature = key.sign(proofText(await challenge(flowId))) } = asking;
  return method.proof.check(
    {
      flowId,
      challenge: issued && { ...issued.challenge, method: 'device' },
      here: { ...here, browser },
      held: () => {
        looks?.();
        return Promise.resolve(held);
      },
    },
    { signature },
  );
};

methodContract('device', () => device());

describe('the trusted device', () => {
  it('counts by its key and its cookie together, and by neither of them alone', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    expect((await answered(fixture, [held]))?.registered).to.equal('registered');

    const copy = new SigningKey().sign(proofText(await fixture.challenge()));
    expect(await answered(fixture, [held], { signature: copy }), 'the cookie, with another key').to.equal(undefined);
    const cookie = fixture.cookies.get('device') ?? '';
    const [name = ''] = cookie.split('.');
    for (const [what, value] of [
      ['no cookie', undefined],
      ['the name of the key with another secret', `${name}.${'x'.repeat(43)}`],
      ['half a secret', cookie.slice(0, -1)],
      ['what is no cookie of ours', '~.~'],
    ] as const) {
      fixture.cookies.kept.clear();
      if (value !== undefined) fixture.cookies.set('device', value);
      expect(await answered(fixture, [held]), what).to.equal(undefined);
    }
  });

  it('counts in its own browser, which is what it proves', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    expect(fixture.method.proves(held.data)).to.deep.equal([`browser ${question.here.browser}`]);
    expect(await answered(fixture, [held], { browser: 'another browser' })).to.equal(undefined);
  });

  it('counts for the flow whose page it signed, and for no other', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    const signature = fixture.key.sign(proofText(await fixture.challenge()));
    expect(await answered(fixture, [held], { signature, flowId: 'another-flow' })).to.equal(undefined);
    expect(await answered(fixture, [held], { signature })).not.to.equal(undefined);
  });

  it('counts by a signature for this very purpose alone', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    const challenge = await fixture.challenge();
    const { publicKey } = fixture.key;
    for (const text of [
      challenge,
      registrationText(challenge, publicKey),
      pairingText(challenge, publicKey),
      answerText(challenge, 'approve', '42'),
    ]) {
      expect(await answered(fixture, [held], { signature: fixture.key.sign(text) }), text).to.equal(undefined);
    }
    const signature = fixture.key.sign(proofText(challenge));
    expect(
      (await fixture.method.enrolment?.start({ ...fixture.question, held: [] }, { publicKey, signature }))?.kind,
    ).to.equal('refused');
  });

  it('ends when its time is over, which using it makes no longer', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    const end = fixture.method.ends?.(held.data) ?? 0;
    fixture.later(180 * DAY - 1);
    const proved = await answered(fixture, [held]);
    expect(proved).to.deep.equal({ registered: 'registered' });
    expect(held.data.until).to.equal(end);
    fixture.later(1);
    expect(await answered(fixture, [held])).to.equal(undefined);
  });

  it('is dead once it is held no more, and looks nobody up for an answer that is wrong', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    expect(await answered(fixture, [], { found: [held] }), 'removed').to.equal(undefined);
    let looked = 0;
    const looks = () => {
      looked += 1;
    };
    expect(await answered(fixture, [held], { found: [], looks }), 'of nobody').to.equal(undefined);
    const bobs = { ...held, data: { ...held.data, secret: 'of another cookie' } };
    expect(await answered(fixture, [held], { found: [bobs], looks }), 'of somebody else').to.equal(undefined);
    expect(await answered(fixture, [held], { signature: 'x', looks }), 'of nobody').to.equal(undefined);
    expect(looked).to.equal(0);
  });

  it('leaves the same behind for nobody as for somebody with as many as one may have', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    const left = async (found: readonly Held<TrustedDevice>[]): Promise<string> => {
      const issued = await fixture.method.proof.issue?.({
        flowId: FLOW,
        held: found,
        guessing: true,
        seed: '',
        purpose: 'reset',
        where,
      });
      return JSON.stringify(issued).replaceAll(/[\w-]{40,}/g, (text) => `${String(text.length)} letters`);
    };
    const nobody = await left([]);
    expect(await left([held])).to.equal(nobody);
    expect(await left(Array.from({ length: 5 }, () => held))).to.equal(nobody);
  });

  it('is answered in time', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    const {
      method,
      question: { here },
    } = fixture;
    const issued = await method.proof.issue?.({
      flowId: FLOW,
      held: [held],
      guessing: true,
      seed: '',
      purpose: 'reset',
      where,
    });
    const challenge = issued && { ...issued.challenge, method: 'device' };
    const right = await fixture.answer(held, undefined, FLOW);
    fixture.later(15 * MINUTE);
    const late = { flowId: FLOW, challenge, here, held: () => Promise.resolve([held]) };
    expect(await method.proof.check(late, right)).to.equal(undefined);
  });

  it('is offered in a browser that has its cookie, and in no other', async () => {
    const fixture = await device();
    const { offered } = fixture.method.proof;
    const { here } = fixture.question;
    expect(offered?.(here)).to.equal(false);
    await registered(fixture);
    expect(offered?.(here)).to.equal(true);
    expect(offered?.({ ...here, cookies: jar() })).to.equal(false);
  });

  it('takes the place of the one that was registered in this browser before', async () => {
    const fixture = await device();
    const { held, replaces } = await registered(fixture);
    expect(replaces).to.equal(undefined);
    const page = await fixture.method.enrolment?.page({ ...fixture.question, held: [held] });
    expect(page?.['replaces']).to.equal(true);
    const again = new SigningKey();
    const { publicKey } = again;
    const signature = again.sign(registrationText(String(page?.['challenge']), publicKey));
    expect((await registered(fixture, [held], { publicKey, signature })).replaces).to.equal('registered');
    const elsewhere = { ...held, data: { ...held.data, browser: 'another browser' } };
    expect((await fixture.method.enrolment?.page({ ...fixture.question, held: [elsewhere] }))?.['replaces']).to.equal(
      false,
    );
  });

  it('is registered with what the page asked for now, not with what it asked before something changed', async () => {
    const fixture = await device();
    const { held } = await registered(fixture);
    const again = await fixture.method.enrolment?.start({ ...fixture.question, held: [held] }, fixture.enrolling);
    expect(again).to.deep.equal({
      kind: 'refused',
      errors: { signature: { key: 'sspr.method.device.unmade' } },
    });
  });

  it('has a secret of its own for each who shares the browser, and the newest five of them', async () => {
    const fixture = await device();
    const first = await registered(fixture);
    const hashes = new Set([first.held.data.secret]);
    for (let count = 0; count < 5; count += 1) {
      const flowId = `a flow of somebody else ${String(count)}`;
      const asked = { ...fixture.question, flowId };
      const page = await fixture.method.enrolment?.page({ ...asked, held: [] });
      const signature = fixture.key.sign(registrationText(String(page?.['challenge']), fixture.key.publicKey));
      const fields = { publicKey: fixture.key.publicKey, signature };
      const { held } = await registered({ ...fixture, question: asked }, [], fields);
      hashes.add(held.data.secret);
      const at = (fixture.cookies.get('device') ?? '').split('~').length;
      expect(at).to.equal(Math.min(5, count + 2));
    }
    expect(hashes.size).to.equal(6);
    expect(await answered(fixture, [first.held])).to.equal(undefined);
  });

  it('is named by its browser and its system', async () => {
    const { held } = await registered(await device());
    const { method } = await device();
    expect(method.describe(held.data)).to.deep.equal({ browser: 'Firefox', system: 'Windows' });
  });

  it('is told of truly, as a key in software, and is no reason to ask anybody', async () => {
    expect((await device()).method.secondFactor).to.deep.equal({ amr: ['swk'], backup: true });
  });
});

const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ON_AN_IPHONE = [
  `${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`,
  `${IPHONE} CriOS/137.0 Mobile/15E148 Safari/604.1`,
];
const DISGUISED = SAFARI.replace('Version/18.5', 'FxiOS/139.0');
const LASTING = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
];

describe('a browser that forgets keys', () => {
  it('is told so on the page: Safari, and every browser on an iPhone or iPad', async () => {
    for (const agent of [SAFARI, ...ON_AN_IPHONE, DISGUISED]) {
      expect(forgetsKeys(agent), agent).to.equal(true);
      const fixture = await device(agent);
      expect((await fixture.method.enrolment?.page({ ...fixture.question, held: [] }))?.['forgets']).to.equal(true);
    }
    for (const agent of [...LASTING, '', 'curl/8']) expect(forgetsKeys(agent), agent).to.equal(false);
  });
});

describe('what is proved in one browser', () => {
  const opened: Rooms[] = [];

  after(closeRooms);
  after(async () => {
    for (const one of opened) await one[Symbol.asyncDispose]();
  });

  /** As most passkeys of phones and laptops are by now. */
  const copied = { backupEligible: true, backedUp: true };

  const shown = async () => {
    const devices = await device();
    const { held } = await registered(devices);
    const phones = await approval(opened);
    const keys = await passkey(copied);
    const platform = await keys.method.enrolment?.start({ ...keys.question, held: [] }, keys.enrolling);
    if (platform?.kind !== 'registered') throw new Error('no passkey');
    const phone = { phone: '', owner: '', publicKey: '', name: '', browser: question.here.browser };
    return {
      device: { method: 'device', things: devices.method.proves(held.data) },
      approval: { method: 'approval', things: phones.method.proves(phone) },
      passkey: { method: 'passkey', things: keys.method.proves(platform.data) },
      elsewhere: { method: 'approval', things: phones.method.proves({ ...phone, browser: 'another browser' }) },
    };
  };

  it('is one gate: a trusted device and a passkey of this device', async () => {
    const all = await shown();
    expect(gatesOf([all.device, all.passkey])).to.have.length(1);
  });

  it('is one gate: a trusted device and an approval', async () => {
    const all = await shown();
    expect(gatesOf([all.device, all.approval])).to.have.length(1);
    expect(gatesOf([all.device, all.elsewhere])).to.have.length(2);
  });

  it('is one gate: an approval and a passkey of this device', async () => {
    const all = await shown();
    expect(gatesOf([all.approval, all.passkey])).to.have.length(1);
    expect(gatesOf([all.approval, all.passkey, all.device])).to.have.length(1);
  });
});

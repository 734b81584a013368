import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { everything } from '../../src/store/query.ts';
import type { Held, Proved, Started } from '../../plugins/sspr/methods/method.ts';
import { passkeys } from '../../plugins/sspr/passkeys/reader.ts';
import { relyingPartyOf } from '../../plugins/sspr/passkeys/webauthn.ts';
import { accountOf } from '../sspr/flow-samples.ts';
import { Authenticator } from '../support/authenticator.ts';
import type { Algorithm, Tricks } from '../support/authenticator.ts';
import { methodContract } from './method.ts';
import { here, question } from './methods/ports.ts';
import { closeRooms, ORIGIN, passkey } from './methods/passkey.ts';
import type { PasskeyData, PasskeyFixture } from './methods/passkey.ts';

const FLOW = question.flowId;

const where = { address: '192.0.2.7', agent: 'a browser' };

const start = (
  { method }: PasskeyFixture,
  credential: string,
  name = '',
  held: readonly Held<PasskeyData>[] = [],
): Promise<Started<PasskeyData>> => {
  if (!method.enrolment) throw new Error('it cannot be registered');
  return method.enrolment.start({ ...question, held }, { credential, name });
};

const registered = async (fixture: PasskeyFixture, id = 'registered', name = ''): Promise<Held<PasskeyData>> => {
  const started = await start(fixture, fixture.authenticator.create(await fixture.creation()), name);
  if (started.kind !== 'registered') throw new Error(JSON.stringify(started));
  await fixture.commit?.(started.changes ?? []);
  return { id, data: started.data };
};

const answered = async (
  { method }: PasskeyFixture,
  held: readonly Held<PasskeyData>[],
  credential: string,
  { flowId = FLOW, found = held }: { flowId?: string; found?: readonly Held<PasskeyData>[] } = {},
): Promise<Proved<PasskeyData> | undefined> => {
  const issued = await method.proof.issue?.({
    flowId,
    held: found,
    guessing: true,
    seed: 'ann',
    purpose: 'reset',
    where,
  });
  const challenge = issued && { ...issued.challenge, method: 'passkey' };
  return method.proof.check({ flowId, challenge, here, held: () => Promise.resolve(held) }, { credential });
};

const changed = (json: string, change: (response: Record<string, string>) => void): string => {
  const answer = JSON.parse(json) as { response: Record<string, string> };
  change(answer.response);
  return JSON.stringify(answer);
};

const flipped = (text = ''): string => {
  const bytes = Buffer.from(text, 'base64url');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64url');
};

const TRICKS: Readonly<Record<string, Tricks>> = {
  'of another origin': { origin: 'https://id.example.evil.test' },
  'of a subdomain': { origin: 'https://app.id.example' },
  'of the same host without TLS': { origin: 'http://id.example' },
  'for another host': { rpId: 'evil.test' },
  'for another challenge': { challenge: Buffer.alloc(32).toString('base64url') },
  'without the person verified': { userVerified: false },
  'without the person there': { userPresent: false },
  'from within a frame': { crossOrigin: true },
};

methodContract('passkey', () => passkey());

describe('the passkey', () => {
  after(closeRooms);

  for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const satisfies readonly Algorithm[]) {
    it(`may be of a key for ${algorithm}`, async () => {
      const fixture = await passkey({ algorithm });
      const held = await registered(fixture);
      const proved = await answered(fixture, [held], fixture.authenticator.get(await fixture.request()));
      expect(proved?.registered).to.equal('registered');
    });
  }

  it('is asked for where the person is verified, as one that tells whose it is, and under a name that says nothing', async () => {
    const fixture = await passkey();
    const options = JSON.parse(await fixture.creation()) as Record<string, Record<string, unknown>>;
    expect(options['authenticatorSelection']).to.deep.equal({
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    });
    expect(options['rp']).to.deep.equal({ id: 'id.example', name: 'Example' });
    expect(options['attestation']).to.equal('none');
    expect(String(options['user']?.['id'])).to.match(/^[\w-]{43}$/);
    const another = await fixture.method.enrolment?.page({ ...question, account: accountOf('bob'), held: [] });
    const theirs = JSON.parse(String(another?.['options'])) as Record<string, Record<string, unknown>>;
    expect(theirs['user']?.['id']).not.to.equal(options['user']?.['id']);
  });

  it('is asked for among the own ones where those may be shown, and among all of the authenticator where not', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const { page } = fixture.method.proof;
    const shown = await page({ flowId: FLOW, held: [held], challenge: undefined, seed: 'ann', here });
    const { allowCredentials, userVerification } = JSON.parse(String(shown['options'])) as Record<string, unknown>;
    expect(allowCredentials).to.deep.equal([
      { type: 'public-key', id: held.data.credential, transports: ['internal'] },
    ]);
    expect(userVerification).to.equal('required');
    expect(JSON.parse(await fixture.request())).to.deep.include({ allowCredentials: [] });
  });

  it('takes an attestation of an authenticator, and asks nothing of it', async () => {
    const fixture = await passkey();
    const attested = fixture.authenticator.create(await fixture.creation(), { attested: true });
    expect((await start(fixture, attested)).kind).to.equal('registered');
  });

  for (const [what, tricks] of Object.entries({ ...TRICKS, 'made to be answered with': { type: 'webauthn.get' } })) {
    it(`is not registered by an answer ${what}`, async () => {
      const fixture = await passkey();
      const started = await start(fixture, fixture.authenticator.create(await fixture.creation(), tricks));
      expect(started.kind).to.equal('refused');
    });
  }

  for (const [what, tricks] of Object.entries({
    ...TRICKS,
    'made to be registered with': { type: 'webauthn.create' },
  })) {
    it(`does not count by an answer ${what}`, async () => {
      const fixture = await passkey();
      const held = await registered(fixture);
      const answer = fixture.authenticator.get(await fixture.request(), tricks);
      expect(await answered(fixture, [held], answer)).to.equal(undefined);
      expect(await answered(fixture, [held], fixture.authenticator.get(await fixture.request()))).not.to.equal(
        undefined,
      );
    });
  }

  it('does not count when anything of its answer was changed', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const answer = fixture.authenticator.get(await fixture.request());
    for (const part of ['signature', 'authenticatorData', 'clientDataJSON', 'userHandle']) {
      const tampered = changed(answer, (response) => {
        response[part] = flipped(response[part]);
      });
      expect(await answered(fixture, [held], tampered), part).to.equal(undefined);
    }
    const renamed = JSON.stringify({ ...(JSON.parse(answer) as object), id: 'AAAA', rawId: 'AAAA' });
    expect(await answered(fixture, [held], renamed)).to.equal(undefined);
  });

  it('does not count in another flow than the one it was asked for in', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const answer = fixture.authenticator.get(await fixture.request());
    expect(await answered(fixture, [held], answer, { flowId: 'another-flow' })).to.equal(undefined);
  });

  it('does not count when it is unknown here, was removed, or is somebody else’s', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const unknown = new Authenticator(ORIGIN);
    unknown.create(await fixture.creation());
    expect(await answered(fixture, [held], unknown.get(await fixture.request()))).to.equal(undefined);

    const answer = fixture.authenticator.get(await fixture.request());
    const bobs = { ...held, data: { ...held.data, user: 'bob' } };
    expect(await answered(fixture, [held], answer, { found: [bobs] }), 'at the gate of somebody else').to.equal(
      undefined,
    );
    expect(await answered(fixture, [held], answer, { found: [] }), 'at the gate of nobody').to.equal(undefined);
    expect(await answered(fixture, [], answer), 'held no more').to.equal(undefined);
    await fixture.commit?.(fixture.method.removing?.(held.data) ?? []);
    expect(await answered(fixture, [held], answer), 'removed').to.equal(undefined);
  });

  it('leaves the same behind for nobody as for somebody, and looks nobody up for an answer that is not theirs', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const { issue } = fixture.method.proof;
    const left = await Promise.all(
      [[held], []].map(async (all) =>
        issue?.({ flowId: FLOW, held: all, guessing: true, seed: 'ann', purpose: 'reset', where }),
      ),
    );
    const shapes = left.map((each) => JSON.stringify(each).replace(/"owner":"[\w-]{43}"/, 'owner'));
    expect(shapes[0]).to.equal(shapes[1]);
    expect(shapes[0]).to.contain('owner');

    const answer = fixture.authenticator.get(await fixture.request());
    let looked = 0;
    const challenge = {
      ...left[1]?.challenge,
      until: Infinity,
      data: left[1]?.challenge.data ?? {},
      method: 'passkey',
    };
    const nobody = { flowId: FLOW, challenge, here, held: () => Promise.resolve([held].slice(looked++)) };
    expect(await fixture.method.proof.check(nobody, { credential: answer })).to.equal(undefined);
    expect(looked).to.equal(0);
  });

  it('keeps its counter, and is refused and logged where it answers as a copy would', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const first = await answered(fixture, [held], fixture.authenticator.get(await fixture.request()));
    expect(first?.becomes).to.deep.include({ counter: 1 });
    const later = { ...held, data: { ...held.data, counter: 5 } };
    for (const counter of [0, 4, 5]) {
      const copy = fixture.authenticator.get(await fixture.request(), { counter });
      expect(await answered(fixture, [later], copy), String(counter)).to.equal(undefined);
    }
    const events = await fixture.rooms.events();
    expect(events.map(({ type, subject, result }) => ({ type, subject, result }))).to.deep.equal(
      Array.from({ length: 3 }, () => ({ type: 'passkey.copied', subject: 'ann', result: 'refused' })),
    );
  });

  it('logs no copy where the counter was forged', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const later = { ...held, data: { ...held.data, counter: 5 } };
    const forged = changed(fixture.authenticator.get(await fixture.request(), { counter: 1 }), (response) => {
      response['signature'] = flipped(response['signature']);
    });
    expect(await answered(fixture, [later], forged)).to.equal(undefined);
    expect(await fixture.rooms.events()).to.deep.equal([]);
  });

  it('may be one that does not count, as those that are copied to other devices', async () => {
    const fixture = await passkey({ counts: false, backupEligible: true, backedUp: true });
    const held = await registered(fixture);
    for (let count = 0; count < 2; count += 1) {
      const proved = await answered(fixture, [held], fixture.authenticator.get(await fixture.request()));
      expect(proved?.becomes).to.deep.equal(held.data);
    }
  });

  it('is told of truly: in hardware only where it cannot be copied', async () => {
    for (const [backupEligible, key] of [
      [false, 'hwk'],
      [true, 'swk'],
    ] as const) {
      const fixture = await passkey({ backupEligible });
      const { data } = await registered(fixture);
      expect(fixture.method.secondFactor?.amrOf?.(data)).to.deep.equal([key, 'user']);
      expect(fixture.method.secondFactor?.acr).to.equal('phr');
    }
  });

  it('proves no more than its browser does where it was made in that device, copied to others or not', async () => {
    const proves = async (...traits: Parameters<typeof passkey>) => {
      const fixture = await passkey(...traits);
      return fixture.method.proves((await registered(fixture)).data);
    };
    const inBrowser = [`browser ${here.browser}`];
    const copied = { transports: ['internal', 'hybrid'], backupEligible: true, backedUp: true };
    expect(await proves({ transports: ['internal'] })).to.deep.equal(inBrowser);
    expect(await proves(copied), 'whoever has this device has it all the same').to.deep.equal(inBrowser);
    expect(await proves({ ...copied, attachment: 'cross-platform' }), 'of a phone beside it').to.deep.equal([]);
    expect(await proves({ transports: ['usb', 'nfc'], attachment: 'cross-platform' })).to.deep.equal([]);
    expect(await proves({ transports: ['internal'], attachment: null }), 'an older browser').to.deep.equal(inBrowser);
    expect(await proves({ transports: ['usb'], attachment: null })).to.deep.equal([]);
  });

  it('is registered once, and not where the person has it already', async () => {
    const fixture = await passkey();
    const answer = fixture.authenticator.create(await fixture.creation());
    const first = await start(fixture, answer);
    if (first.kind !== 'registered') throw new Error('refused');
    await fixture.commit?.(first.changes ?? []);
    expect(await start(fixture, answer)).to.deep.equal({
      kind: 'refused',
      errors: { credential: { key: 'sspr.method.passkey.known' } },
    });
    const held = { id: 'registered', data: first.data };
    expect((await start(fixture, answer, '', [held])).kind, 'with a challenge of before').to.equal('refused');
    const page = await fixture.method.enrolment?.page({ ...question, held: [held] });
    const { excludeCredentials } = JSON.parse(String(page?.['options'])) as { excludeCredentials: { id: string }[] };
    expect(excludeCredentials.map(({ id }) => id)).to.deep.equal([held.data.credential]);
  });

  it('has the name that the person gave, cut to what fits a line', async () => {
    const fixture = await passkey();
    const named = async (name: string) => (await registered(fixture, 'registered', name)).data.name;
    expect(await named('  My\r\nold \u202elaptop ')).to.equal('My old laptop');
    expect(await named('x'.repeat(500))).to.have.length(60);
    expect(await named('\ud800')).to.equal('\ufffd');
    expect(await named('')).to.equal('');
    expect(fixture.method.describe({ ...(await registered(fixture)).data, name: '' })).to.deep.include({ named: 'no' });
  });

  it('keeps nothing in a row of its own but what finds it, which goes with it', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const { docs } = await fixture.rooms.store.find(passkeys, everything, { limit: 10 });
    expect(docs.map(({ accountId }) => accountId)).to.deep.equal(['ann']);
    expect(JSON.stringify(docs)).not.to.contain(held.data.credential);
    await fixture.commit?.(fixture.method.removing?.(held.data) ?? []);
    expect(await fixture.rooms.store.find(passkeys, everything, { limit: 10 })).to.deep.include({
      docs: [],
    });
  });

  it('reads nothing that is no answer, however large', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const answer = JSON.parse(fixture.authenticator.get(await fixture.request())) as Record<string, unknown>;
    const strange: unknown[] = [
      null,
      [],
      'x',
      1,
      {},
      { ...answer, type: 'password' },
      { ...answer, response: null },
      { ...answer, response: { ...(answer['response'] as object), signature: 'x'.repeat(19_000) } },
      { ...answer, rawId: 'AAAA' },
      { ...answer, id: '__proto__', rawId: '__proto__' },
      { ...answer, padding: 'x'.repeat(100_000) },
    ];
    for (const each of strange) {
      expect(await answered(fixture, [held], JSON.stringify(each)), JSON.stringify(each).slice(0, 60)).to.equal(
        undefined,
      );
    }
    expect(await answered(fixture, [held], '['.repeat(15_000))).to.equal(undefined);
  });

  it('cannot be had where the issuer is a network address', () => {
    expect(relyingPartyOf('http://127.0.0.1:3000')).to.equal(undefined);
    expect(relyingPartyOf('https://[::1]')).to.equal(undefined);
    expect(relyingPartyOf('http://localhost:3000')).to.deep.equal({ id: 'localhost', origin: 'http://localhost:3000' });
  });
});

describe('the passkey that signs in by itself', () => {
  after(closeRooms);

  const signIn = { uid: 'a-sign-in', here };

  const asked = ({ method }: PasskeyFixture, of = signIn): string => String(method.alone?.page(of)['options']);

  const claimed = async (fixture: PasskeyFixture, held: Held<PasskeyData>, credential: string, of = signIn) => {
    const claim = await fixture.method.alone?.claim(of, { credential });
    return claim && { accountId: claim.accountId, proved: await claim.prove([held]) };
  };

  it('says whose it is', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    const claim = await claimed(fixture, held, fixture.authenticator.get(asked(fixture)));
    expect(claim?.accountId).to.equal('ann');
    expect(claim?.proved?.registered).to.equal('registered');
  });

  it('counts once, in time, for the sign-in and the browser that it was asked for in', async () => {
    const fixture = await passkey({ counts: false });
    const held = await registered(fixture);
    const answer = fixture.authenticator.get(asked(fixture));
    const elsewhere = { ...signIn, here: { ...here, browser: 'another browser' } };
    expect(await claimed(fixture, held, answer, elsewhere)).to.equal(undefined);
    expect(await claimed(fixture, held, answer, { ...signIn, uid: 'another sign-in' })).to.equal(undefined);
    const first = await claimed(fixture, held, answer);
    await fixture.commit?.(first?.proved?.changes ?? []);
    const second = await claimed(fixture, held, answer);
    const again = await fixture.commit?.(second?.proved?.changes ?? []).then(
      () => 'taken',
      (error: unknown) => (error as { reason?: string }).reason,
    );
    expect(again).to.equal('duplicate');

    const late = fixture.authenticator.get(asked(fixture));
    fixture.later(15 * MINUTE);
    expect(await claimed(fixture, held, late)).to.equal(undefined);
  });

  for (const [what, tricks] of Object.entries(TRICKS)) {
    it(`signs nobody in by an answer ${what}`, async () => {
      const fixture = await passkey();
      const held = await registered(fixture);
      expect(await claimed(fixture, held, fixture.authenticator.get(asked(fixture), tricks))).to.equal(undefined);
    });
  }

  it('signs nobody in where the authenticator does not say whose it is, or says another', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    for (const userHandle of [undefined, Buffer.alloc(32).toString('base64url')]) {
      const answer = fixture.authenticator.get(asked(fixture), { userHandle });
      expect(await claimed(fixture, held, answer)).to.equal(undefined);
    }
  });

  it('signs nobody in by the answer at a gate, nor opens a gate by the answer at a sign-in', async () => {
    const fixture = await passkey();
    const held = await registered(fixture);
    expect(await claimed(fixture, held, fixture.authenticator.get(await fixture.request()))).to.equal(undefined);
    expect(await answered(fixture, [held], fixture.authenticator.get(asked(fixture)))).to.equal(undefined);
  });

  it('does so only where the operator lets it', async () => {
    expect((await passkey({}, false)).method.alone).to.equal(undefined);
  });
});

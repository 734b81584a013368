import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { eq } from '../../src/store/query.ts';
import { world } from '../support/world.ts';
import { hasAlternateMail, NEW_PASSWORD, opens, startsReset } from './registering.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'same-origin' };

describe('many at once', () => {
  it('redeem a code once', async () => {
    await using w = await world({ sspr: { limits: { failures: 100, failuresPerMethodAndHour: 100 } } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const { code } = await alice.alternateInbox();
    const csrf = alice.browser.forms[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? '';
    const body = new URLSearchParams({ csrf, code }).toString();
    const cookies = alice.browser.cookies.header(new URL(w.issuer)) ?? '';
    const replies = await Promise.all(
      Array.from({ length: 50 }, () =>
        w
          .browser()
          .send(`${w.issuer}/reset/prove/email`, { method: 'POST', headers: { ...FORM, cookie: cookies }, body }),
      ),
    );
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
    const statuses = new Set(replies.map(({ status }) => status));
    for (const status of statuses) expect([303, 409, 422]).to.include(status);
  });

  it('set one of many passwords, and one only', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    await alice.browser.submit({ 'one-time-code': (await alice.alternateInbox()).code }, 'Check the code');
    const csrf = alice.browser.forms[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? '';
    const cookies = alice.browser.cookies.header(new URL(w.issuer)) ?? '';
    const passwords = Array.from({ length: 20 }, (_, at) => `${NEW_PASSWORD} ${String(at)}`);
    await Promise.all(
      passwords.map((password) =>
        w.browser().send(`${w.issuer}/reset/password`, {
          method: 'POST',
          headers: { ...FORM, cookie: cookies },
          body: new URLSearchParams({ csrf, password }).toString(),
        }),
      ),
    );
    const verdicts = await Promise.all(passwords.map((password) => opens(w, alice, password)));
    expect(verdicts.filter((right) => right)).to.have.length(1);
    const told = (await alice.inbox()).mails.filter(({ subject }) => subject === 'Your password was reset');
    expect(told).to.have.length(1);
  });

  it('guess at a code over many browsers no more often than the limit allows', async () => {
    await using w = await world({
      sspr: { limits: { flowsPerPerson: 20, sendsPerTenMinutes: 100, sendsPerDay: 100 } },
    });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const strangers = Array.from({ length: 12 }, () => w.browser());
    for (const browser of strangers) await startsReset(w, browser, 'alice');
    await w.settle();
    const guess = (at: number): string => String(at).padStart(8, '0');
    await Promise.all(strangers.map((browser, at) => browser.submit({ 'one-time-code': guess(at) }, 'Check the code')));
    const { docs } = await w.app.foundation.store.find(auditEvents, eq('type', 'reset.failed'), { limit: 1000 });
    expect(docs).to.have.length(12);
    expect(docs.filter(({ reason }) => reason === 'wrong')).to.have.length(5);
  });
});

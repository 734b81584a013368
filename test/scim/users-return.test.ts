import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { Person } from '../support/person.ts';
import { provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const PASSWORD = 'a password that was brought along';

describe('somebody who comes back by SCIM', () => {
  const world = useWorld({ config: { plugins: { scim: { passwords: true } } } });

  it('is asked whether what they had registered is still theirs, and keeps nothing else of before', async () => {
    const w = world();
    const { store } = w.app.foundation;
    using okta = await provisioner(w, { name: 'okta' });
    const bring = () =>
      okta.user('ada', {
        externalId: 'okta-ada',
        password: PASSWORD,
        emails: [{ value: 'ada@example.test', primary: true }],
      });
    const { body } = await bring();
    const known = { id: body.id, userName: 'ada', mail: 'ada@example.test', alternateMail: 'ada@elsewhere.test' };
    const ada = Person.known(w, { ...known, password: PASSWORD }, w.browser());
    await ada.signsIn();
    await ada.registersMail();
    expect(ada.outcome().kind).to.equal('signed-in');
    await okta.delete(`/Users/${body.id}`);
    await w.settle();
    expect((await bring()).body.id).to.equal(body.id);

    const registered = await store.get(registrations, body.id);
    expect(registered?.methods.map(({ method, stale }) => [method, stale?.reason, stale?.dead])).to.deep.equal([
      ['email', 'returned', false],
    ]);
    await ada.startsSignIn({ prompt: 'none' });
    expect(ada.outcome()).to.include({ kind: 'error' });
    await ada.signsIn();
    expect(await ada.browser.heading()).to.equal('Is this still yours?');
    expect(await ada.browser.text()).to.contain('Your account was away for a while');
    await ada.browser.submit();
    expect(ada.outcome().kind).to.equal('signed-in');
  });
});

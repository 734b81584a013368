import { expect } from 'chai';
import { z } from 'zod';
import { useWorld } from '../support/world.ts';

/** Where strangers name somebody, and what compares the work that comes of it for somebody and for nobody. */
const COMPARED: Readonly<Record<string, string>> = {
  '/reset': 'who-exists-by-work.test.ts',
  '/unlock': 'who-exists-by-work.test.ts',
  '/interaction/:uid': 'who-exists-by-sign-in.test.ts',
  '/pass': 'who-exists-by-pass.test.ts',
};

/** The name stands there for password managers: who it is about was proved before, and nobody reads it. */
const UNREAD: readonly string[] = [
  '/reset/password',
  '/change-password',
  '/interaction/:uid/change-password',
  '/interaction/:uid/register/password',
  '/interaction/:uid/confirm/password',
];

describe('A form that takes a name', () => {
  const world = useWorld();

  it('is known to the attacks that find out who exists', () => {
    const naming = world().app.routes.filter(
      ({ form }) => form instanceof z.ZodObject && Object.keys(form.shape).some((name) => /user|mail|login/.test(name)),
    );
    // One's own address, by whoever is signed in.
    const all = naming.map(({ path }) => path).filter((path) => !path.endsWith('/email'));
    expect(all).to.have.members([...Object.keys(COMPARED), ...UNREAD]);
  });
});

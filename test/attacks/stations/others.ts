import * as openid from 'openid-client';
import type { Person } from '../../support/person.ts';
import { pass } from '../../support/passes.ts';
import type { World } from '../../support/world.ts';
import type { Station } from './station.ts';
import { able, opened } from './station.ts';

const atDevice = async (w: World): Promise<{ dora: Person; code: string }> => {
  const dora = await able(w);
  await dora.signsIn();
  const device = await openid.initiateDeviceAuthorization(w.otherParty.configuration, { scope: 'openid' });
  await dora.browser.open(device.verification_uri);
  return { dora, code: device.user_code };
};

const signedInToTheDemo = async (w: World): Promise<Person> => {
  const dora = await opened(w, '/demo');
  await dora.browser.submit({}, 'Sign in');
  await dora.givesPassword();
  return dora;
};

/** Whose pages of registration were opened by a pass. */
export const byPass = async (w: World): Promise<Person> => {
  const nina = await w.person('nina');
  await nina.browser.open(`${w.issuer}/pass`);
  await nina.browser.submit({ username: nina.userName, pass: await pass(w, nina, { for: 'registration' }) });
  return nina;
};

export const NOTICES: readonly Station[] = [
  {
    page: 'report of what a notice told',
    async arrive(w) {
      const dora = await able(w);
      await pass(w, dora);
      return opened(w, new URL((await dora.inbox()).link).pathname, dora);
    },
  },
];

export const OTHERS: readonly Station[] = [
  { page: 'code of a device', arrive: async (w) => (await atDevice(w)).dora },
  {
    page: 'approval of a device',
    arrive: async (w) => {
      const { dora, code } = await atDevice(w);
      await dora.browser.submit({ user_code: code });
      return dora;
    },
  },
  {
    page: 'sign-out',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.signsIn();
      return opened(w, '/session/end', dora);
    },
  },
  { page: 'demo', arrive: (w) => opened(w, '/demo') },
  { page: 'demo, signed in', arrive: signedInToTheDemo },
];

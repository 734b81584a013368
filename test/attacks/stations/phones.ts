import { PhoneInHand } from '../../support/phone-in-hand.ts';
import type { Person } from '../../support/person.ts';
import type { World } from '../../support/world.ts';
import type { Station } from './station.ts';

/** Somebody who is to connect a phone, and the phone. */
const connecting = async (w: World): Promise<{ nina: Person; phone: PhoneInHand }> => {
  const nina = await w.person('nina', { groups: ['phones'] });
  await nina.signsIn();
  await nina.browser.submit();
  return { nina, phone: new PhoneInHand(w.browser(), w.issuer) };
};

/** Somebody with a phone that approves. */
const connected = async (w: World): Promise<{ nina: Person; phone: PhoneInHand }> => {
  const { nina, phone } = await connecting(w);
  await nina.browser.submit({ number: await phone.scans(nina.browser) });
  return { nina, phone };
};

/** Somebody with the password in a strange browser, whose phone is asked. */
const approving = async (w: World): Promise<{ nina: Person; phone: PhoneInHand }> => {
  const { nina, phone } = await connected(w);
  const there = nina.with(w.browser());
  await there.signsIn();
  await there.browser.submit({}, 'Ask on my phone');
  await w.settle();
  await phone.opens();
  return { nina: there, phone };
};

export const PHONES: readonly Station[] = [
  {
    page: 'registration of a phone that approves',
    arrive: async (w) => {
      const nina = await w.person('nina', { groups: ['phones'] });
      await nina.signsIn();
      return nina;
    },
  },
  { page: 'number of a phone that approves', arrive: async (w) => (await connecting(w)).nina },
  {
    page: 'phone that is to be connected',
    arrive: async (w) => {
      const { nina, phone } = await connecting(w);
      await phone.pairing(nina.browser);
      return nina.with(phone.browser);
    },
  },
  {
    page: 'phone that may be told',
    arrive: async (w) => {
      const { nina, phone } = await connected(w);
      await phone.opens();
      return nina.with(phone.browser);
    },
  },
  { page: 'second factor, an approval', arrive: async (w) => (await approving(w)).nina },
  {
    page: 'phone that is asked',
    arrive: async (w) => {
      const { nina, phone } = await approving(w);
      return nina.with(phone.browser);
    },
  },
];

import { recoveryMethod } from '../../plugins/sspr/methods/recovery.ts';
import { typedWrittenCode } from '../../plugins/sspr/methods/written-code.ts';
import { registrationOf, replacing, withRegistered } from '../../plugins/sspr/registrations.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { World } from './world.ts';

/** The codes that the page shows. */
export const codesOn = async (browser: Pick<HttpBrowser, 'text'>): Promise<readonly string[]> =>
  (await browser.text()).match(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b/g) ?? [];

const LETTERS = 'ABCDEFGHJK';

/** Gives somebody so many codes, as though the others of ten were used, and says which. */
export const hasRecoveryCodes = async (
  { app: { foundation }, clock }: World,
  person: { readonly id: string; readonly userName: string },
  count = 10,
): Promise<readonly string[]> => {
  const { store, secrets } = foundation;
  const codes = Array.from({ length: count }, (_, at) => `${LETTERS.charAt(at).repeat(12)}0000`);
  const hashed = codes.map((code) => secrets.hash('sspr recovery code', typedWrittenCode(code)));
  const { name, most } = recoveryMethod(foundation);
  const registration = await registrationOf(store, person.id);
  const now = clock.now();
  const registered = { id: `codes of ${person.userName}`, method: name, addedAt: now, data: { codes: hashed } };
  await store.commit([
    replacing(registration, { ...withRegistered(registration, registered, most), confirmedAt: now }),
  ]);
  return codes;
};

import { expect } from 'chai';
import type { Store } from '../../src/store/port.ts';
import { importRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

const PEOPLE = 220;
/** People whose plans are made at once. */
const PLANNED = 50;
/** Writes of one commit, with the one by which it stays held. */
const WRITES = 251;

/** Counts how many answers of a store are awaited at once, and how many writes it is given at once. */
const counting = () => {
  const most = { awaited: 0, writes: 0 };
  let awaited = 0;
  const during = async <T>(answer: Promise<T>): Promise<T> => {
    awaited += 1;
    most.awaited = Math.max(most.awaited, awaited);
    try {
      return await answer;
    } finally {
      awaited -= 1;
    }
  };
  const wrapStore = (store: Store): Store => ({
    ...store,
    find: (...asked) => during(store.find(...asked)),
    commit(changes) {
      most.writes = Math.max(most.writes, changes.length);
      return store.commit(changes);
    },
  });
  return { most, wrapStore };
};

describeOnSlapd('an import of many people', (slapd) => {
  it('has plans of fifty of them in hand at a time, and commits some hundred writes at once, however many they are', async () => {
    const { peopleDn, groupsDn, admin } = slapd();
    await admin.during(async (client) => {
      for (let n = 0; n < PEOPLE; n += 1) {
        const uid = `user${String(n)}`;
        await client.add(`uid=${uid},${peopleDn}`, { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid });
      }
    });
    const { most, wrapStore } = counting();
    const options = optionsFor(slapd(), { people: { base: peopleDn }, groups: { base: groupsDn } });
    await using corp = await importRig(options, { wrapStore });
    expect(await corp.import()).to.include({ created: PEOPLE });
    expect(most.awaited).to.equal(PLANNED);
    expect(most.writes).to.be.within(WRITES / 2, WRITES);
  });
});

import { expect } from 'chai';
import { integer, octets, sequence } from '../../plugins/ldap/connection/ber.ts';
import { directoryImports } from '../../plugins/ldap/import/collections.ts';
import { present } from '../../plugins/ldap/filter.ts';
import { importRig } from './import-rig.ts';
import { directoryOptions, failureOf, linkBy, localhostCa } from './link-to.ts';
import { ASKED, found, result, scriptedServer } from './scripted-server.ts';
import type { Asked, Reply, ScriptedServer } from './scripted-server.ts';

const PAGED = '1.2.840.113556.1.4.319';
const PERSON = { entryUUID: ['00000000-0000-4000-8000-000000000001'], uid: ['ada'] };

const optionsOf = ({ url }: ScriptedServer) =>
  directoryOptions({ servers: [url], ca: localhostCa(), base: 'dc=test', bindPassword: 'plain:x' });

/** A server whose searches have always another page. */
const endless = (pageOf: (nth: number, asked: Asked) => Buffer, cookie = 'the same'): Promise<ScriptedServer> => {
  let nth = 0;
  return scriptedServer({
    answer(asked): Reply {
      const { id, tag } = asked;
      if (tag !== ASKED.search || !asked.controls.includes(PAGED)) return result({ id, tag }, 0);
      nth += 1;
      const more = [[PAGED, sequence(integer(0), octets(cookie))]] as const;
      return Buffer.concat([pageOf(nth, asked), result({ id, tag }, 0, { controls: more })]);
    },
  });
};

const reading = async (server: ScriptedServer): Promise<{ readonly pages: number; readonly failure: unknown }> => {
  using link = linkBy(optionsOf(server));
  let pages = 0;
  const failure = await failureOf(
    link.withService(async (ldap) => {
      for await (const page of ldap.pages({ base: 'dc=test', filter: present('uid') })) pages += page.length;
    }),
  );
  return { pages, failure };
};

describe('A search that a directory does not end', () => {
  it('is ended when its pages begin again', async () => {
    await using server = await endless((nth, { id }) => found(id, `uid=person-${String(nth % 3)},dc=test`, {}));
    const { pages, failure } = await reading(server);
    expect(failure).to.include({ code: 'garbage', diagnostic: 'pages begin again at uid=person-1,dc=test' });
    expect(pages).to.equal(3);
  });

  it('is ended after a thousand pages with nobody in them', async () => {
    await using server = await endless(() => Buffer.alloc(0));
    const { pages, failure } = await reading(server);
    expect(failure).to.include({ code: 'garbage', diagnostic: 'more than 1000 empty pages in a row' });
    expect(pages).to.equal(0);
    expect(server.asked.length).to.be.below(1010);
  });

  it('is ended when one answer is larger than any that is asked for, though it comes in the smallest pieces', async () => {
    await using server = await scriptedServer({
      answer({ id, tag }) {
        if (tag !== ASKED.search) return result({ id, tag }, 0);
        const some = Buffer.concat(Array.from({ length: 1000 }, () => found(id, 'a', {})));
        return Buffer.concat(Array.from({ length: 300 }, () => some));
      },
    });
    using link = linkBy(optionsOf(server));
    const asked = link.withService((ldap) => ldap.search({ base: 'dc=test', filter: present('uid') }));
    expect(await failureOf(asked)).to.include({
      ...{ code: 'garbage', diagnostic: 'an answer larger than any that is asked for', outcomeUnknown: true },
    });
  });

  it('is ended when an answer comes entry by entry, each in time, and does not come to its end', async () => {
    await using server = await scriptedServer({
      async answer({ id, tag }) {
        return tag === ASKED.search ? found(id, 'a', {}) : result({ id, tag }, 0);
      },
      dripping: 5,
    });
    // Long beside what a busy machine holds a single answer up for; thirty times that is what one may take in all.
    using link = linkBy(optionsOf(server), { answer: 400 });
    const asked = link.withService((ldap) => ldap.search({ base: 'dc=test', filter: present('uid') }));
    expect(await failureOf(asked)).to.include({ code: 'timeout', diagnostic: 'no answer within 12000 ms' });
  });

  it('fails an import, which says why, loses nobody and is tried again', async () => {
    await using server = await endless((_, { id }) => found(id, 'uid=ada,dc=test', PERSON));
    await using corp = await importRig(optionsOf(server));
    expect(await failureOf(corp.import())).to.include({ code: 'garbage' });
    const state = await corp.rooms.store.get(directoryImports, 'corp');
    expect(state?.failure?.about).to.include('pages begin again at uid=ada,dc=test');
    expect(state).to.include({ heldUntil: 0 });
    expect(await corp.person('ada')).to.include({ active: true });
  });
});

import { expect } from 'chai';
import { elements, integer, octets, sequence, element, TAG } from '../../plugins/ldap/connection/ber.ts';
import { directoryImports } from '../../plugins/ldap/import/collections.ts';
import { importRig } from '../ldap/import-rig.ts';
import { directoryOptions, failureOf, localhostCa, optionsFor } from '../ldap/link-to.ts';
import { ASKED, found, message, result, scriptedServer } from '../ldap/scripted-server.ts';
import type { ScriptedServer } from '../ldap/scripted-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { onEveryEngine } from '../support/engines.ts';

const PAGED = '1.2.840.113556.1.4.319';

const uuid = (nth: number): string => `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;

/** An entry as bytes, which need be no text. */
const raw = (id: number, dn: Buffer, attributes: Readonly<Record<string, Buffer>>): Buffer => {
  const pairs = Object.entries(attributes).map(([name, value]) =>
    sequence(octets(name), element(TAG.set, element(TAG.octets, value))),
  );
  return message(id, element(0x64, element(TAG.octets, dn), sequence(...pairs)));
};

const configOf = ({ url }: ScriptedServer) =>
  directoryOptions({
    servers: [url],
    ca: localhostCa(),
    base: 'dc=test',
    bindDn: 'cn=service',
    bindPassword: 'plain:x',
  });

onEveryEngine('What a directory says', (engine) => {
  describe('A directory that answers strangely', () => {
    it('is quoted as far as a store keeps it: Active Directory ends its words with NUL', async () => {
      for (const said of ['data 0\n\0', `${'x'.repeat(946)}\u{1f600}${'\u{1f600}'.repeat(99)}`]) {
        await using server = await scriptedServer({
          answer: ({ id, tag }) =>
            result({ id, tag }, tag === ASKED.search ? 1 : 0, { diagnostic: `00002020: ${said}` }),
        });
        await using corp = await importRig(configOf(server), { engine });
        await failureOf(corp.import());
        const state = await corp.rooms.store.get(directoryImports, 'corp');
        expect(state?.failure?.about).to.include('00002020');
        // The next one is held up by nothing.
        expect(state?.heldUntil).to.equal(0);
      }
    });

    it('keeps nobody else away by entries that are none: without id, of ids that are none or of others, of no text, unnameable', async () => {
      await using server = await scriptedServer({
        answer: ({ id, tag, content }) => {
          const done = result({ id, tag }, 0, { controls: [[PAGED, sequence(integer(0), octets(''))]] });
          if (tag !== ASKED.search || !content.includes('inetOrgPerson')) return done;
          const [base] = elements(content);
          if (base?.content.toString() !== 'dc=test') return done;
          const bad = Buffer.from([0xff, 0xfe]);
          return Buffer.concat([
            found(id, 'uid=nothing,dc=test', {}),
            found(id, 'uid=none,dc=test', { entryUUID: ['no such form'], uid: ['none'] }),
            found(id, 'uid=nul,dc=test', { entryUUID: ['\0'], uid: ['nul'] }),
            found(id, 'uid=a\0b,dc=test', { entryUUID: [uuid(1)], uid: ['ab'] }),
            found(id, 'uid=escaped\\00nul,dc=test', { entryUUID: [uuid(2)], uid: ['escaped\0nul'] }),
            found(id, '', { entryUUID: [uuid(3)], uid: ['root'] }),
            raw(id, Buffer.concat([Buffer.from('uid='), bad, Buffer.from(',dc=test')]), {
              entryUUID: Buffer.from(uuid(4)),
              uid: bad,
            }),
            raw(id, Buffer.from('uid=latin,dc=test'), {
              entryUUID: Buffer.from(uuid(5)),
              uid: Buffer.from('latin'),
              sn: bad,
            }),
            found(id, 'uid=ada,dc=test', { entryUUID: [uuid(6)], uid: ['ada'], mail: ['ada@test.example'] }),
            found(id, 'uid=twin,dc=test', { entryUUID: [uuid(6)], uid: ['twin'] }),
            found(id, 'uid=__proto__,dc=test', { entryUUID: [uuid(7)], uid: ['__proto__'], ['__proto__']: ['x'] }),
            found(id, 'uid=zoe,dc=test', { entryUUID: [uuid(8)], uid: ['zoe'], manager: ['uid=ada\\00,dc=test'] }),
            done,
          ]);
        },
      });
      await using corp = await importRig(configOf(server), { engine });
      expect(await corp.import()).to.include({ result: 'done' });
      expect(await corp.names()).to.include.members(['latin', 'zoe', '__proto__']);
      const state = await corp.rooms.store.get(directoryImports, 'corp');
      expect(state).to.include({ heldUntil: 0 }).and.not.to.have.property('failure');
      const links = await corp.links();
      expect(links.map(({ entry }) => entry)).to.satisfy((ids: string[]) =>
        ids.every((one) => /^[0-9a-f-]{36}$/.test(one)),
      );
    });
  });

  describeOnSlapd('Names with NUL in an OpenLDAP directory', (slapd) => {
    it('of members and managers stop no import', async () => {
      const { admin, peopleDn, groupsDn } = slapd();
      await admin.clear();
      const dn = await admin.addPerson({ name: 'ada', surname: 'ada' });
      const odd = `cn=a\\00b,${peopleDn}`;
      await admin.replace(dn, { manager: odd });
      await admin.addGroup('Odd', [dn, odd]);
      await using corp = await importRig(
        optionsFor(slapd(), { people: { base: peopleDn }, groups: { base: groupsDn } }),
        { engine },
      );
      expect(await corp.import()).to.include({ result: 'done', created: 1 });
      expect(await corp.import({ full: true })).to.include({ result: 'done' });
      expect(await corp.members('Odd')).to.deep.equal(['ada']);
    });
  });
});

import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { doctor } from '../../src/cli/doctor.ts';
import { definePlugin } from '../../src/plugin.ts';
import type { Finding } from '../../src/plugin.ts';
import { openPostOffice } from '../support/post-office.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

interface Examined {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

const sample = definePlugin({
  name: 'sample',
  config: z.strictObject({ sick: z.boolean().default(false) }),
  doctor({ config }) {
    if (config.sick) throw new Error('it does not answer');
    return Promise.resolve([{ level: 'ok', about: 'sample', text: 'It is well.' }]);
  },
  setup: () => ({}),
});

const examinedBy = async (t: Terminal): Promise<Examined> => (await t.json(['doctor'])) as Examined;

const told = ({ findings }: Examined, about: string): Finding | undefined =>
  findings.find((each) => each.about === about);

describe('the doctor', () => {
  it('says of store, key, issuer and mail whether they are well, with code 0 where nothing is broken', async () => {
    await using post = await openPostOffice();
    const smtp = { host: '127.0.0.1', port: post.port, tls: 'none' };
    await using t = await terminal([doctor], [], [sample], {}, { mail: { smtp } });
    const examined = await examinedBy(t);
    expect(examined.ok).to.equal(true);
    expect(told(examined, 'store')).to.include({ level: 'ok', text: 'The store (SQLite) answers.' });
    expect(told(examined, 'mail')).to.include({ level: 'ok' });
    expect(told(examined, 'sample')).to.include({ level: 'ok' });
    expect(told(examined, 'profile')?.advice).to.include('Set profile to production');
    const { code, out } = await t.run(['doctor']);
    expect(code).to.equal(0);
    expect(out)
      .to.match(/^ok +store +The store/m)
      .and.match(/^WARNING +profile/m)
      .and.match(/^ +→ Set profile/m)
      .and.match(/^0 errors, \d warnings\n$/m);
  });

  it('ends with code 1 and says what to do where mail cannot leave, or a part cannot be looked at', async () => {
    const smtp = { host: '127.0.0.1', port: 1, tls: 'none' };
    await using t = await terminal([doctor], [], [sample], { sample: { sick: true } }, { mail: { smtp } });
    const examined = await examinedBy(t);
    expect(examined.ok).to.equal(false);
    expect(told(examined, 'mail')).to.include({ level: 'error' });
    expect(told(examined, 'mail')?.advice).to.include('mail.smtp');
    expect(told(examined, 'sample')?.text).to.equal('It could not be looked at: it does not answer');
    expect(await t.run(['doctor'])).to.include({ code: 1, err: 'latchkey: 2 errors, 2 warnings' });
  });

  it('tells every fault of the configuration, and a master key that others may read', async () => {
    await using t = await terminal([doctor], [], [sample], {});
    await chmod(join(t.server.config.dataDir, 'master.key'), 0o644);
    const examined = await examinedBy(t);
    expect(examined.findings).to.have.length(1);
    expect(examined.findings[0]).to.include({ level: 'error', about: 'secret unreadable' });
    expect(examined.findings[0]?.text).to.match(/may be read by others: chmod 600/);
  });
});

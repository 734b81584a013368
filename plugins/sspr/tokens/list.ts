import type { CommandContribution, Host } from '../../../src/plugin.ts';
import { everything } from '../../../src/store/query.ts';
import { registrationOf } from '../registrations.ts';
import { tokens } from './collection.ts';
import type { StoredToken } from './collection.ts';

const PAGE = 500;

interface Line {
  readonly serial: string;
  readonly kind: string;
  readonly model: string;
  /** User name, or the id of somebody who is gone. */
  readonly assignedTo: string | null;
  readonly active: boolean;
}

const kindOf = ({ device: { period, digits, algorithm } }: StoredToken): string =>
  [period === undefined ? 'HOTP' : `TOTP ${String(period)} s`, `${String(digits)} digits`, algorithm].join(', ');

const lineOf = async ({ store, accounts }: Host, token: StoredToken): Promise<Line> => {
  const { serial, manufacturer, model, assigned } = token;
  const line = { serial, kind: kindOf(token), model: [manufacturer, model].filter(Boolean).join(' ') };
  if (!assigned) return { ...line, assignedTo: null, active: false };
  const [owner, { methods }] = await Promise.all([accounts.byId(assigned.to), registrationOf(store, assigned.to)]);
  const active = methods.some(({ method, data }) => method === 'token' && data['assignment'] === assigned.id);
  return { ...line, assignedTo: owner?.userName ?? assigned.to, active };
};

const all = async (host: Host): Promise<readonly Line[]> => {
  const lines: Line[] = [];
  let cursor: string | undefined;
  do {
    const { docs, next } = await host.store.find(tokens, everything, {
      sort: [{ path: 'id' }],
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const token of docs) lines.push(await lineOf(host, token));
    cursor = next;
  } while (cursor !== undefined);
  return lines;
};

export const listCommand: CommandContribution = {
  name: 'token list',
  description: 'list tokens, whose they are, and whether they were activated',
  async run({ host }) {
    const lines = await all(host);
    if (lines.length === 0) return { value: lines, text: ['there are no tokens'] };
    const heading = ['SERIAL', 'KIND', 'MODEL', 'ASSIGNED TO', 'ACTIVE'];
    const rows = lines.map(({ serial, kind, model, assignedTo, active }) => [
      serial,
      kind,
      model,
      assignedTo ?? '',
      active ? 'yes' : '',
    ]);
    return { value: lines, text: [[heading, ...rows]] };
  },
};

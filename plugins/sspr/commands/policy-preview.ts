import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContribution, CommandOutput, Host } from '../../../src/plugin.ts';
import { scanOf } from '../../../src/store/port.ts';
import type { SsprConfig } from '../config.ts';
import { createMethods } from '../methods/list.ts';
import type { Methods } from '../methods/list.ts';
import { createPolicies } from '../policy.ts';
import { registrations } from '../collections.ts';
import { emptyPreview, previewing, registering } from '../preview.ts';
import type { Change, Fate, Preview, Shift } from '../preview.ts';
import type { Way } from '../standing.ts';

export interface Affected extends Fate {
  readonly id: string;
  readonly userName: string;
  readonly groups: readonly string[];
}

export interface Previewed {
  readonly preview: Preview;
  /** Empty unless asked for: it may be everybody. */
  readonly list: readonly Affected[];
}

/** What everybody has registered, by the account's id. */
const registeredBy = async (
  { store, clock }: Pick<Host, 'store' | 'clock'>,
  methods: Methods,
): Promise<ReadonlyMap<string, readonly Way[]>> => {
  const registeredIn = registering(methods, clock.now());
  const registered = new Map<string, readonly Way[]>();
  for await (const page of scanOf(store, registrations)) {
    for (const registration of page) registered.set(registration.id, registeredIn(registration));
  }
  return registered;
};

const NOTHING: readonly Way[] = [];

type Concerned = Omit<Affected, 'userName'> & Partial<Pick<Affected, 'userName'>>;

/** Outlines come from indexes that hold no names: those of whom the change concerns are asked for at once. */
const named = async (accounts: Host['accounts'], list: readonly Concerned[]): Promise<readonly Affected[]> => {
  const nameless = list.flatMap(({ id, userName }) => (userName === undefined ? [id] : []));
  const names = await accounts.userNames?.(nameless);
  return list.map(({ userName, ...each }) => ({ ...each, userName: userName ?? names?.get(each.id) ?? each.id }));
};

/** Looks at everybody by both configurations, in one pass over people, memberships and registrations. */
export const previewPolicies = async (
  host: Pick<Host, 'accounts' | 'store' | 'clock'>,
  change: Change,
  withList: boolean,
): Promise<Previewed> => {
  const { accounts } = host;
  const attributes = change.before.goByAttributes || change.after.goByAttributes;
  const pages = accounts.outlines?.({ attributes }) ?? accounts.pages?.();
  if (!pages) throw new AppError('unavailable', 'the accounts of this host cannot be listed');
  const preview = emptyPreview();
  const list: Concerned[] = [];
  const look = previewing(change, preview);
  const registered = await registeredBy(host, change.methods);
  for await (const page of pages) {
    for (const account of page) {
      const fate = look(account, registered.get(account.id) ?? NOTHING);
      if (!fate || !withList) continue;
      const { id, userName, groups } = account;
      list.push({ id, ...(userName === undefined ? {} : { userName }), groups, ...fate });
    }
  }
  return { preview, list: await named(accounts, list) };
};

const groupsOf = ({ byGroup }: Preview): readonly (Shift & { readonly group: string })[] =>
  [...byGroup]
    .map(([group, shift]) => ({ group, ...shift }))
    .toSorted((a, b) => b.lost - a.lost || b.gained - a.gained || (a.group < b.group ? -1 : 1));

const plural = (count: number): string => (count === 1 ? '1 person' : `${count.toLocaleString('en')} people`);

const table = ({ preview, list }: Previewed): CommandOutput['text'] => {
  const { people, canReset, reset, unlock, secondFactor, asked } = preview;
  const groups = groupsOf(preview);
  return [
    `of ${plural(people)}, ${canReset.before.toLocaleString('en')} can reset their password now, and ${canReset.after.toLocaleString('en')} could then`,
    [
      ['', 'NO LONGER', 'NEWLY'],
      ...(
        [
          ['reset', reset],
          ['unlock', unlock],
          ['pass the second factor', secondFactor],
          ['are asked for the one they have', asked],
        ] as const
      ).map(([what, { lost, gained }]) => [what, String(lost), String(gained)]),
    ],
    ...(groups.length > 0
      ? [
          'who can reset, by group:',
          [
            ['GROUP', 'NO LONGER', 'NEWLY'],
            ...groups.map(({ group, lost, gained }) => [group === '' ? '(none)' : group, String(lost), String(gained)]),
          ],
        ]
      : []),
    ...(list.length > 0
      ? [
          [
            ['USER', 'RESET', 'POLICY NOW', 'POLICY THEN', 'GROUPS'],
            ...list.map((one) => [
              one.userName,
              one.change === 'lost' ? 'no longer' : 'newly',
              one.before ?? '-',
              one.after ?? '-',
              one.groups.join(', '),
            ]),
          ],
        ]
      : []),
  ];
};

const json = ({ preview, list }: Previewed, withList: boolean): unknown => ({
  people: preview.people,
  canReset: preview.canReset,
  reset: preview.reset,
  unlock: preview.unlock,
  secondFactor: preview.secondFactor,
  asked: preview.asked,
  byGroup: groupsOf(preview).map(({ group, ...shift }) => ({ group: group === '' ? null : group, ...shift })),
  ...(withList ? { list } : {}),
});

/** `latchkey policy preview`: whom a changed configuration would keep from a reset, before it is used. */
export const policyPreview: CommandContribution<SsprConfig> = {
  name: 'policy preview',
  description: 'tell how many people a changed configuration would leave unable to reset their password, by group',
  arguments: [{ name: 'file', description: 'YAML with the changed section plugins.sspr, or a whole configuration' }],
  options: [{ flags: '--list', description: 'name everybody whose reset would be lost or gained' }],
  async run({ host, config, section, arguments: { file = '' }, options }) {
    const withList = options['list'] === true;
    const after = createPolicies(await section(file));
    const change = { before: createPolicies(config), after, methods: createMethods(host, config) };
    const previewed = await previewPolicies(host, change, withList);
    return { value: json(previewed, withList), text: table(previewed) };
  },
};

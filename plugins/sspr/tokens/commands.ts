import { AppError } from '../../../src/kernel/errors.ts';
import { randomId } from '../../../src/kernel/random.ts';
import type { CommandContext, CommandContribution, Host } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import type { SsprEventType } from '../audit-events.ts';
import type { SsprConfig } from '../config.ts';
import { addressesOf } from '../desk.ts';
import { createMethods } from '../methods/list.ts';
import { byCommand, told } from '../notices.ts';
import { find, followed, wide } from '../otp/device.ts';
import { openKey } from '../otp/keys.ts';
import { typedCode } from '../otp/one-time-password.ts';
import { registrationOf, replacing } from '../registrations.ts';
import { TOKEN_KEY, tokenId, tokens } from './collection.ts';
import type { StoredToken, Token } from './collection.ts';
import { importCommand } from './import.ts';
import { listCommand } from './list.ts';

type Context = CommandContext<SsprConfig>;

/** Presses, or steps of a clock, within which two consecutive codes are looked for. */
const RESYNC_WITHIN = 100;

const SERIAL = { name: 'serial', description: 'serial number of the token' } as const;

const tokenOf = async ({ store }: Host, serial: string): Promise<StoredToken> => {
  const token = await store.get(tokens, tokenId(serial));
  if (!token) throw new AppError('not_found', `there is no token ${JSON.stringify(serial)}`);
  return token;
};

const event = (
  { host, by }: Pick<CommandContext, 'host' | 'by'>,
  type: SsprEventType,
  { serial, assigned }: Pick<Token, 'serial' | 'assigned'>,
): Change =>
  host.audit.event({
    ...by,
    type,
    result: 'success',
    reason: serial,
    ...(assigned ? { subject: assigned.to } : {}),
  });

const withoutOwner = ({ assigned: _assigned, ...token }: StoredToken): StoredToken => token;

/**
 * Takes away what the person registered of the token, so that it opens nothing from this commit on, and tells them. A
 * browser that was remembered for it is remembered no longer.
 */
const unregistering = async ({ host, config }: Context, { assigned }: Token): Promise<readonly Change[]> => {
  if (!assigned) return [];
  const registration = await registrationOf(host.store, assigned.to);
  const left = registration.methods.filter(
    ({ method, data }) => method !== 'token' || data['assignment'] !== assigned.id,
  );
  if (left.length === registration.methods.length) return [];
  const owner = await host.accounts.byId(assigned.to);
  const methods = createMethods(host, config);
  return [
    replacing(registration, { ...registration, methods: left }),
    ...((await host.remembered?.forgetting(assigned.to)) ?? []),
    ...(owner
      ? told(host, owner, byCommand(host), 'method-removed', addressesOf({ methods }, owner, registration), {
          method: 'token',
        })
      : []),
  ];
};

const assign: CommandContribution = {
  name: 'token assign',
  description: 'give a token to somebody, who then activates it with a code',
  arguments: [SERIAL, { name: 'user', description: 'user name, mail address or id' }],
  async run(context) {
    const { host, account, commit, arguments: given } = context;
    const { id, userName } = await account(given['user'] ?? '');
    await commit(async () => {
      const token = await tokenOf(host, given['serial'] ?? '');
      // Of somebody who was deleted it is free: their id is never given to another.
      const owner = token.assigned && (await host.accounts.byId(token.assigned.to));
      if (owner) {
        throw new AppError('bad_request', `${token.serial} is assigned to ${owner.userName}: unassign it first`);
      }
      const assigned = { id: randomId(host.random), to: id, at: host.clock.now() };
      const next = { ...token, assigned };
      return [change.swap(tokens, next), event(context, 'token.assigned', next)];
    });
    return { value: { serial: given['serial'], user: userName }, text: [`assigned to ${userName}`] };
  },
};

const unassign: CommandContribution<SsprConfig> = {
  name: 'token unassign',
  description: 'take a token back: it opens nothing any more',
  arguments: [SERIAL],
  async run(context) {
    const {
      host,
      commit,
      arguments: { serial = '' },
    } = context;
    await commit(async () => {
      const token = await tokenOf(host, serial);
      if (!token.assigned) throw new AppError('bad_request', `${token.serial} is assigned to nobody`);
      return [
        change.swap(tokens, withoutOwner(token)),
        ...(await unregistering(context, token)),
        event(context, 'token.unassigned', token),
      ];
    });
    return { value: { serial }, text: ['assigned to nobody now'] };
  },
};

const remove: CommandContribution<SsprConfig> = {
  name: 'token remove',
  description: 'forget a token, also where it is assigned: it opens nothing any more',
  arguments: [SERIAL],
  async run(context) {
    const {
      host,
      commit,
      arguments: { serial = '' },
    } = context;
    await commit(async () => {
      const token = await tokenOf(host, serial);
      return [
        change.take(tokens, token.id, token.version),
        ...(await unregistering(context, token)),
        event(context, 'token.removed', token),
      ];
    });
    return { value: { serial }, text: ['removed'] };
  },
};

const resync: CommandContribution = {
  name: 'token resync',
  description: 'set a token right again by two codes that it showed one after the other',
  arguments: [SERIAL, { name: 'first', description: 'a code' }, { name: 'second', description: 'the code after it' }],
  async run(context) {
    const {
      host,
      commit,
      arguments: { serial = '', first = '', second = '' },
    } = context;
    await commit(async () => {
      const token = await tokenOf(host, serial);
      const now = host.clock.now();
      const key = openKey(host.secrets, TOKEN_KEY, token.device.secret);
      const codes = [typedCode(first), typedCode(second)];
      const counter = find(key, token.device, codes, wide(token.device, now, RESYNC_WITHIN));
      if (counter === undefined) {
        throw new AppError(
          'bad_request',
          'these are not two codes of this token, one after the other and not used yet',
        );
      }
      const device = followed(token.device, counter, now);
      return [change.swap(tokens, { ...token, device }), event(context, 'token.resynchronised', token)];
    });
    return { value: { serial }, text: ['the next code of this token will be right'] };
  },
};

/** `latchkey token …`: hardware tokens, from the box to the person. */
export const tokenCommands: readonly CommandContribution<SsprConfig>[] = [
  importCommand,
  assign,
  unassign,
  remove,
  listCommand,
  resync,
];

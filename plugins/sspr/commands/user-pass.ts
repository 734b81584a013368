import { HOUR } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import { randomId } from '../../../src/kernel/random.ts';
import type { Account, CommandContext, CommandContribution } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import type { SsprConfig } from '../config.ts';
import { addressesOf, leaving } from '../desk.ts';
import { createMethods } from '../methods/list.ts';
import type { Opening } from '../methods/method.ts';
import { MOST_HOURS, newPass } from '../methods/pass.ts';
import type { NewPass } from '../methods/pass.ts';
import { byCommand, told } from '../notices.ts';
import { passes } from '../pass/collection.ts';
import { noteIn } from './note.ts';
import { createPolicies } from '../policy.ts';
import { registrationOf, replacing, withRegistered } from '../registrations.ts';

type Context = CommandContext<SsprConfig>;

const OPENINGS: readonly Opening[] = ['gate', 'registration'];

const openingOf = ({ options }: Context): Opening => {
  const given = options['for'] ?? 'gate';
  const opening = OPENINGS.find((one) => one === given);
  if (!opening) throw new AppError('bad_request', `a pass is for ${OPENINGS.join(' or ')}`);
  return opening;
};

const hoursOf = ({ options, config }: Context): number => {
  const given = options['hours'];
  if (given === undefined) return config.pass.hours;
  const hours = typeof given === 'string' && /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (hours < 1 || hours > MOST_HOURS) {
    throw new AppError('bad_request', `a pass is good for 1 to ${String(MOST_HOURS)} whole hours`);
  }
  return hours;
};

const opensLine = (opening: Opening, administrator: boolean): string => {
  if (opening === 'gate') return 'one gate of a reset, once';
  return administrator ? 'registration, once, in a sign-in after the password' : 'registration, once';
};

/** A new one takes the place of an earlier one. */
const issuing = async (
  { host, config, by }: Context,
  account: Account,
  { data }: NewPass,
  note: string,
): Promise<readonly Change[]> => {
  const registration = await registrationOf(host.store, account.id);
  const methods = createMethods(host, config);
  const { pass } = methods;
  const registered = { id: randomId(host.random), method: pass.name, addedAt: host.clock.now(), data: { ...data } };
  const next = withRegistered(registration, registered, pass.most);
  const where = byCommand(host);
  const addresses = addressesOf({ methods }, account, registration);
  return [
    replacing(registration, next),
    ...leaving({ methods }, registration, next),
    ...(data.opens === 'registration'
      ? [change.insert(passes, { id: data.hash, accountId: account.id, until: data.until })]
      : []),
    host.audit.event({
      ...by,
      type: 'pass.issued',
      result: 'success',
      subject: account.id,
      method: data.opens,
      reason: note,
      correlation: where.correlation,
    }),
    ...told(host, account, where, 'pass-issued', addresses, { until: data.until, at: registered.addedAt }),
  ];
};

/** `latchkey user pass`: for the help desk, after checking who calls. */
export const userPass: CommandContribution<SsprConfig> = {
  name: 'user pass',
  description: 'give somebody a temporary access pass, which is printed once',
  arguments: [{ name: 'user', description: 'user name, mail address or id' }],
  options: [
    { flags: '--note <text>', description: 'how the caller was checked; kept in the audit log', required: true },
    { flags: '--hours <hours>', description: 'how long it is good for, 1 unless configured otherwise' },
    {
      flags: '--for <what>',
      description: '`gate` opens one gate of a reset (the default), `registration` the pages that register methods',
    },
  ],
  async run(context) {
    const {
      host,
      config,
      account: find,
      commit,
      arguments: { user = '' },
    } = context;
    const [opening, hours, note] = [
      openingOf(context),
      hoursOf(context),
      noteIn(context.options['note'], 'the note says how the caller was checked'),
    ];
    const { id, userName, administrator } = await find(user);
    const pass = newPass(host, opening, host.clock.now() + hours * HOUR);
    await commit(async () => {
      const account = await find(id);
      if (!createPolicies(config).of(account)) {
        throw new AppError(
          'bad_request',
          `no policy lets ${userName} reset or register anything: see latchkey policy test`,
        );
      }
      if (await host.freezes?.of(account.id)) {
        throw new AppError(
          'bad_request',
          `${userName} is frozen, so that no pass opens anything: see latchkey user cases`,
        );
      }
      return issuing(context, account, pass, note);
    });
    const until = new Date(pass.data.until).toISOString();
    return {
      value: { user: { id, userName }, pass: pass.text, for: opening, until },
      text: [
        [
          ['pass', pass.text],
          ['for', userName],
          ['opens', opensLine(opening, administrator)],
          ['until', until],
        ],
      ],
    };
  },
};

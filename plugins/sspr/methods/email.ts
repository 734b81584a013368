import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { isMailAddress } from '../../../src/kernel/mail-address.ts';
import { randomDigits, randomToken } from '../../../src/kernel/random.ts';
import { fold } from '../../../src/kernel/text.ts';
import type { Account, Host, MessageRef } from '../../../src/plugin.ts';
import { maskAddress } from './mask.ts';
import { defineMethod } from './method.ts';
import type { Held, IssueQuestion, Method, RegistrationQuestion, Sending } from './method.ts';

const CODE_DIGITS = 8;
/** Milliseconds. */
const CODE_LIFETIME = 10 * MINUTE;
const LINK_LIFETIME = 15 * MINUTE;

// What a hash was made for: none of these passes for another.
const PROOF_CODE = 'sspr mail code';
const REGISTRATION_CODE = 'sspr registration code';
const LINK = 'sspr mail link';

export const emailConfig = z
  .strictObject({
    ownDomains: z
      .enum(['refused', 'allowed'])
      .default('refused')
      .describe("Whether an alternate address may be in the organisation's own mail domains."),
    suggest: z
      .enum(['nothing', 'directory'])
      .default('nothing')
      .describe(
        'Whether the form begins with the private address of the directory (of type `home` or `other`), which then has to be proved all the same.',
      ),
  })
  .prefault({})
  .describe('Alternate e-mail.');

export type EmailPorts = Pick<Host, 'clock' | 'random' | 'secrets' | 'issuer' | 'organisation'> &
  z.output<typeof emailConfig>;

const shape = z.strictObject({
  address: z.string(),
  /** The directory had suggested it when it was registered: it goes when it goes there. */
  from: z.literal('directory').exactOptional(),
});

type Email = z.infer<typeof shape>;

const codeForm = z.strictObject({ code: z.string() });

/** Codes are read to each other, copied with blanks and typed with hyphens. */
const digitsOf = (typed: string): string => typed.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '');

const grouped = (code: string): string => code.replace(/(\d{4})(?=\d)/g, '$1 ');

const domainOf = (address: string): string => fold(address.slice(address.lastIndexOf('@') + 1));

const isWithin = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);

const isPrivate = ({ privateMail = [] }: Account, address: string): boolean =>
  privateMail.some((one) => fold(one) === fold(address));

/** An address other than the account's own, proved by an 8-digit code or a link that come in the same mail. */
export const emailMethod = (ports: EmailPorts): Method<Email> => {
  const { clock, random, secrets, issuer, organisation } = ports;

  const bound = (flowId: string, typed: string): string => `${flowId} ${digitsOf(typed)}`;

  const mail = (
    { flowId, purpose }: IssueQuestion<Email>,
    held: Held<Email>,
    secret: string,
    code: string | undefined,
  ): Sending => ({
    channel: 'mail',
    to: held.data.address,
    template: code === undefined ? 'link' : 'code',
    secret: {
      link: `${issuer}/${purpose}/link/${flowId}.${secret}`,
      ...(code === undefined ? {} : { code: grouped(code) }),
    },
    expiresAt: clock.now() + LINK_LIFETIME,
  });

  const refusal = ({ account }: RegistrationQuestion, address: string): MessageRef | undefined => {
    if (!isMailAddress(address)) return { key: 'sspr.method.email.invalid' };
    const { mail: all, privateMail = [] } = account;
    const own = all.filter((one) => !privateMail.includes(one));
    if (own.some((one) => fold(one) === fold(address))) return { key: 'sspr.method.email.own' };
    const domain = domainOf(address);
    const ours = organisation.mailDomains.some((parent) => isWithin(domain, fold(parent)));
    return ours && ports.ownDomains === 'refused' ? { key: 'sspr.method.email.ours' } : undefined;
  };

  return {
    name: 'email',
    guessable: true,
    most: 1,
    data: shape,
    describe: ({ address }) => ({ address: maskAddress(address) }),
    contacts: ({ address }) => [{ channel: 'mail', to: address }],
    proves: () => [],
    stands: ({ address, from }, account) => from === undefined || isPrivate(account, address),
    demo: { data: ({ alternateMail }) => ({ address: alternateMail }) },

    proof: {
      form: codeForm,
      sends: true,
      page: ({ held: [held] }) => ({ address: held && maskAddress(held.data.address) }),
      issue(question) {
        const {
          flowId,
          held: [held],
          guessing,
        } = question;
        const code = randomDigits(random, CODE_DIGITS);
        const secret = randomToken(random);
        const now = clock.now();
        return {
          challenge: {
            until: now + LINK_LIFETIME,
            data: {
              link: secrets.hash(LINK, secret),
              ...(guessing
                ? { code: secrets.hash(PROOF_CODE, bound(flowId, code)), codeUntil: now + CODE_LIFETIME }
                : {}),
            },
            ...(held ? { registered: held.id } : {}),
          },
          ...(held ? { message: mail(question, held, secret, guessing ? code : undefined) } : {}),
        };
      },
      async check({ flowId, held, challenge }, { code = '' }) {
        const { code: expected = '', codeUntil = 0 } = challenge?.data ?? {};
        const right = secrets.matches(PROOF_CODE, bound(flowId, code), String(expected));
        if (!right || clock.now() >= Number(codeUntil)) return undefined;
        const [now] = await held();
        return now !== undefined && challenge?.registered === now.id ? { registered: now.id } : undefined;
      },
      opens: (challenge, secret) =>
        secrets.matches(LINK, secret, String(challenge.data['link'] ?? '')) && clock.now() < challenge.until,
    },

    enrolment: {
      form: z.strictObject({ email: z.string() }),
      page: ({ account }) => ({ suggestion: ports.suggest === 'directory' ? account.privateMail?.[0] : undefined }),
      start(question, { email = '' }) {
        const address = email.trim();
        const error = refusal(question, address);
        if (error) return Promise.resolve({ kind: 'refused', errors: { email: error } });
        const code = randomDigits(random, CODE_DIGITS);
        const until = clock.now() + CODE_LIFETIME;
        const isSuggested = ports.suggest === 'directory' && isPrivate(question.account, address);
        return Promise.resolve({
          kind: 'pending',
          pending: {
            address,
            ...(isSuggested ? { from: 'directory' } : {}),
            code: secrets.hash(REGISTRATION_CODE, bound(question.flowId, code)),
          },
          until,
          message: {
            channel: 'mail',
            to: address,
            template: 'register',
            secret: { code: grouped(code) },
            expiresAt: until,
          },
        });
      },
      confirmation: {
        form: codeForm,
        page: (_question, { address = '' }) => ({ address }),
        confirm({ flowId }, pending, { code = '' }) {
          const right = secrets.matches(REGISTRATION_CODE, bound(flowId, code), String(pending['code'] ?? ''));
          const { code: _code, ...registered } = pending;
          return right ? { data: shape.parse(registered) } : undefined;
        },
      },
    },
  };
};

export const email = defineMethod({
  config: emailConfig,
  create: (host, config) => emailMethod({ ...host, ...config }),
});

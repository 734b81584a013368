import { z } from 'zod';
import { isKnowledge, methodSections, policyMethodNames, secondFactorNames } from './methods/list.ts';
import { breachedConfig } from './password-rules/breached-config.ts';

/** What an operator must write before questions alone open an account. */
export const QUESTIONS_ALONE = 'answers can be guessed, and the page tells who exists';

const groups = (what: string) => z.array(z.string().min(1)).default([]).describe(what);

/** Values by the name of an attribute. */
const attributes = (what: string) =>
  z
    .record(z.string().min(1), z.array(z.string().min(1)).min(1).max(1000))
    .default({})
    .describe(
      `${what} Values by the name of an attribute, such as \`department\` or \`staff.costUnit\`; one is enough.`,
    );

interface PolicyFault {
  readonly path: readonly string[];
  readonly message: string;
}

const fields = {
  name: z.string().min(1).max(60).describe('Name for operators, of this policy alone.'),
  groups: groups(
    'Groups it is for; for everybody when neither groups nor attributes are named. The first policy that fits a person counts.',
  ),
  attributes: attributes('Whom it is for besides, by what provisioning says of them.'),
  exclude: groups('Groups it is not for: whoever is in one goes on to the next policy that fits.'),
  excludeAttributes: attributes('Whom it is not for either.'),
  gates: z.literal([1, 2]).default(1).describe('Different methods that a reset needs. Administrators always need two.'),
  unlockGates: z
    .literal([1, 2])
    .exactOptional()
    .describe(
      'Different methods that an unlock needs, which leaves the password as it is; as many as a reset unless said.',
    ),
  methods: z
    .array(z.enum(policyMethodNames))
    .min(1)
    .default(['email', 'totp'])
    .describe('Methods that may be registered and used. Administrators never use questions.'),
  questionsAlone: z
    .literal(QUESTIONS_ALONE)
    .exactOptional()
    .describe('With one gate, questions are only allowed where this sentence accepts what that means.'),
  enforcement: z
    .enum(['required', 'nag'])
    .default('required')
    .describe('Whether registration at sign-in can be put off; only `required` fails `prompt=none`.'),
  snoozeDays: z
    .int()
    .min(0)
    .max(14)
    .default(0)
    .describe('Days of peace after "not now"; with 0 every new session asks.'),
  maxSnoozes: z
    .int()
    .min(1)
    .exactOptional()
    .describe('How often registration may be put off before it is required; without end unless said.'),
  reconfirmDays: z
    .int()
    .min(0)
    .max(730)
    .default(180)
    .describe('Days after which people are asked whether their methods are still theirs; 0 for never.'),
  secondFactor: z
    .enum(['off', 'registered', 'required'])
    .default('registered')
    .describe(
      'Second factor at sign-in: never, of those who registered one, or of everybody. `required` needs two gates.',
    ),
  rememberSecondFactorDays: z
    .int()
    .min(0)
    .max(365)
    .default(0)
    .describe('Days for which people may have a browser remembered instead of the second factor; 0 for never.'),
  passwordMaxAgeDays: z
    .int()
    .min(0)
    .max(3650)
    .default(0)
    .describe(
      'Days after which a sign-in asks for another password, with mails 14, 7, 3 and 1 days before; 0 for never.',
    ),
};

type Fields = z.output<z.ZodObject<typeof fields>>;

const gateFaults = ({ methods, gates, unlockGates = gates, questionsAlone }: Fields): readonly PolicyFault[] => {
  const different = new Set(methods);
  const most = Math.max(gates, unlockGates);
  const alone = gates === 1 ? 'of a reset' : 'of an unlock';
  const known = methods.find(isKnowledge);
  return [
    ...(different.size < most
      ? [{ path: ['methods'], message: `${String(most)} gates need at least ${String(most)} different methods` }]
      : []),
    ...(Math.min(gates, unlockGates) === 1 && known !== undefined && questionsAlone === undefined
      ? [
          {
            path: ['methods'],
            message: `${known} would be the only gate ${alone}: use two gates, leave them out, or set questionsAlone to "${QUESTIONS_ALONE}"`,
          },
        ]
      : []),
  ];
};

const secondFactorFaults = ({ methods, gates, secondFactor }: Fields): readonly PolicyFault[] => {
  if (secondFactor !== 'required') return [];
  const otherwise = secondFactorNames.length > 0 ? `: allow ${secondFactorNames.join(' or ')}` : '';
  return [
    ...(gates === 1
      ? [
          {
            path: ['gates'],
            message:
              'a second factor that is required needs two gates: with one, whoever steals it resets the password with it',
          },
        ]
      : []),
    ...(methods.some((name) => secondFactorNames.includes(name))
      ? []
      : [{ path: ['methods'], message: `none of them can be the second factor that is required${otherwise}` }]),
  ];
};

const policy = z.strictObject(fields).superRefine((value, context) => {
  for (const { path, message } of [...gateFaults(value), ...secondFactorFaults(value)]) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});

const limits = z
  .strictObject({
    failures: z.int().min(1).max(100).default(5).describe('Failed proofs of a person that begin a block.'),
    windowHours: z.int().min(1).max(720).default(24).describe('Hours over which failed proofs are counted.'),
    blockHours: z
      .int()
      .min(1)
      .max(720)
      .default(24)
      .describe('Hours that codes and answers of a person stay blocked; no fewer than windowHours.'),
    failuresPerMethodAndHour: z.int().min(1).max(100).default(5).describe('Failed proofs of one method in an hour.'),
    sendsPerTenMinutes: z.int().min(1).max(100).default(10).describe('Messages to a person or address in ten minutes.'),
    sendsPerDay: z.int().min(1).max(1000).default(10).describe('Messages to a person or address in a day.'),
    begunPerAddress: z
      .int()
      .min(1)
      .max(100_000)
      .default(50)
      .describe(
        'Resets and unlocks that may begin at one network address (of IPv6 one /64) in ten minutes, known browsers aside.',
      ),
    begunPerNetwork: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1000)
      .describe('The same in one network: of IPv4 a /24, of IPv6 a /48.'),
    flowsPerPerson: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe('Resets and unlocks of one person that may be open at once.'),
  })
  .refine(({ windowHours, blockHours }) => blockHours >= windowHours, {
    path: ['blockHours'],
    error: 'must be at least windowHours: failures that still count would keep up a block that is over',
  })
  .prefault({})
  .describe('Limits. Browsers where the person signed in before are counted apart from strange ones.');

const password = z
  .strictObject({
    bannedTerms: z
      .array(z.string().min(4).max(16))
      .max(1000)
      .default([])
      .describe("The organisation's own terms that make a password weak, such as products and places."),
    breached: breachedConfig,
  })
  .prefault({})
  .describe('New passwords.');

const cases = z
  .strictObject({
    mail: z
      .array(z.email())
      .max(20)
      .default([])
      .describe(
        'Addresses that are told, besides those of administrators, when somebody says of a notice that it was not them.',
      ),
  })
  .prefault({})
  .describe('What people report by the links in notices.');

export const ssprConfig = z
  .strictObject({
    scope: z.enum(['none', 'selected', 'all']).default('all').describe('Who may reset a password by themselves.'),
    include: groups('Groups in scope, with `selected`.'),
    includeAttributes: attributes('Who is in scope besides, with `selected`.'),
    exclude: groups('Groups out of scope, with `selected` and `all`.'),
    excludeAttributes: attributes('Who is out of scope besides, with `selected` and `all`.'),
    policies: z
      .array(policy)
      .min(1)
      .prefault([{ name: 'everybody' }])
      .describe('What a reset needs, by group; the first that fits a person counts.'),
    ...methodSections,
    limits,
    password,
    cases,
  })
  .superRefine((value, context) => {
    if (value.scope === 'selected' && value.include.length + Object.keys(value.includeAttributes).length === 0) {
      const message = 'with scope selected, name at least one group or attribute';
      context.addIssue({ code: 'custom', path: ['include'], message });
    }
    const open = value.policies.findIndex(
      (one) =>
        one.groups.length + one.exclude.length === 0 &&
        Object.keys({ ...one.attributes, ...one.excludeAttributes }).length === 0,
    );
    if (open >= 0 && open < value.policies.length - 1) {
      context.addIssue({
        code: 'custom',
        path: ['policies', open, 'groups'],
        message: 'only the last policy may be for everybody, or those after it are never reached',
      });
    }
    const names = value.policies.map(({ name }) => name);
    const again = names.findIndex((name, at) => names.indexOf(name) < at);
    if (again >= 0) {
      context.addIssue({ code: 'custom', path: ['policies', again, 'name'], message: 'another policy has that name' });
    }
  })
  .prefault({});

export type SsprConfig = z.output<typeof ssprConfig>;
export type PolicyConfig = SsprConfig['policies'][number];

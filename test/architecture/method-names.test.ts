import { expect } from 'chai';
import ts from 'typescript';
import { methodNames } from '../../plugins/sspr/methods/list.ts';
import { parse, sourceFiles } from './source-files.ts';

/** Rooms of methods, beside the folder of all of them, and whose they are. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'plugins/sspr/methods/': methodNames,
  'plugins/sspr/approval/': ['approval'],
  'plugins/sspr/commands/user-pass.ts': ['pass'],
  'plugins/sspr/otp/': ['token', 'totp'],
  'plugins/sspr/pass/': ['pass'],
  'plugins/sspr/passkeys/': ['passkey'],
  'plugins/sspr/questions/': ['questions'],
  'plugins/sspr/tokens/': ['token'],
  'plugins/sspr/trusted-device/': ['device'],
};

/** Where a name may stand that no switch on a method is, each with what it means there. */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'plugins/sspr/collections.ts': { pass: 'a kind of flow: the pages that a pass opens' },
  'plugins/sspr/config.ts': {
    email: 'the default policy, which names methods as operators do',
    totp: 'the default policy',
  },
  'plugins/sspr/desk.ts': { sms: 'a channel that news is sent by' },
  'plugins/sspr/enrolment/entry.ts': { pass: 'the place of registration that a pass opens' },
  'plugins/sspr/flows/enrolment.ts': { pass: 'a kind of flow: the pages that a pass opens' },
  'plugins/sspr/password-rules/common-terms.ts': { office: 'a word that passwords are made of' },
  'plugins/sspr/tokens/read.ts': { totp: 'the algorithm of a hardware token (RFC 6238)' },
  'plugins/sspr/security-info/overview.ts': { pass: 'a hint of the page, by which its sentence is found' },
};

/** Words that mean something else outside the plugin: channels, scopes and grants of OpenID Connect and OAuth. */
const HOST_WORDS: readonly string[] = ['sms', 'voice', 'email', 'device', 'token', 'recovery', 'pass'];

interface Named {
  readonly name: string;
  readonly line: number;
}

/** Method names that stand in a file as text, in comparisons, keys and calls alike. */
const namesIn = (source: ts.SourceFile): readonly Named[] => {
  const names: ReadonlySet<string> = new Set(methodNames);
  const found: Named[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && names.has(node.text)) {
      found.push({ name: node.text, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const isHome = (path: string, name: string): boolean =>
  Object.entries(ROOMS).some(([room, names]) => path.startsWith(room) && names.includes(name)) ||
  OTHERWISE[path]?.[name] !== undefined ||
  (path.startsWith('src/') && HOST_WORDS.includes(name));

const faultsOf = (path: string, source: ts.SourceFile): readonly string[] =>
  namesIn(source)
    .filter(({ name }) => !isHome(path, name))
    .map(
      ({ name, line }) =>
        `${path}:${String(line)} names the method ${name}: have methods say what they are by a field of MethodKind or Method, and ask for that.`,
    );

describe('Names of methods', () => {
  const paths = sourceFiles('src/**/*.ts', 'plugins/**/*.ts').map(({ path }) => path);

  it('stand in the rooms of their methods alone: whatever treats one differently asks what it is, not what it is called', () => {
    const faults = paths.flatMap((path) => faultsOf(path, parse(path)));
    expect(faults, faults.join('\n')).to.be.empty;
  });

  it('are found where somebody writes them, and no exception outlives its reason', () => {
    const made = (text: string) => ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true);
    const path = 'plugins/sspr/reset/reset.ts';
    expect(faultsOf(path, made("if (method === 'totp') send();"))).to.have.length(1);
    expect(faultsOf(path, made("const odd = new Set(['passkey', `approval`]);"))).to.have.length(2);
    expect(faultsOf('plugins/sspr/otp/judge.ts', made("const mine = 'passkey';"))).to.have.length(1);
    for (const [file, words] of Object.entries(OTHERWISE)) {
      const there = paths.includes(file) ? namesIn(parse(file)).map(({ name }) => name) : [];
      expect(there, file).to.include.members(Object.keys(words));
    }
  });
});

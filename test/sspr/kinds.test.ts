import { expect } from 'chai';
import { ssprConfig } from '../../plugins/sspr/config.ts';
import {
  createMethods,
  kinds,
  methodNames,
  policyMethodNames,
  secondFactorNames,
} from '../../plugins/sspr/methods/list.ts';
import type { Method, MethodKind } from '../../plugins/sspr/methods/method.ts';
import { commandHost } from '../../src/command-host.ts';
import { plugins } from '../../src/installed.ts';
import type { z } from 'zod';
import { terminal } from '../cli/terminal.ts';

describe('what is said of a method before there is a host', () => {
  it('is true of it: whether it may be the second factor, and whether it is given', async () => {
    await using t = await terminal([]);
    const methods = createMethods(commandHost(t.server, plugins), ssprConfig.parse({}));
    for (const name of methodNames) {
      const kind = kinds[name] as Pick<MethodKind<z.ZodType, unknown>, 'secondFactor' | 'given'>;
      const method: Method = methods[name];
      expect(kind.given === true, name).to.equal(method.given !== undefined);
      if (policyMethodNames.includes(name)) {
        // A backup is a second factor too, and none that a policy can rest on.
        const lasts = method.secondFactor !== undefined && method.secondFactor.backup !== true;
        expect(kind.secondFactor === true, name).to.equal(lasts);
      }
    }
  });

  it('names every second factor: never mail, never questions, and what is used up or bound to a browser only beside another', async () => {
    expect(secondFactorNames).to.deep.equal(['passkey', 'approval', 'token', 'totp', 'sms', 'voice', 'office']);
    await using t = await terminal([]);
    const methods: Readonly<Record<string, Method>> = createMethods(
      commandHost(t.server, plugins),
      ssprConfig.parse({}),
    );
    const others = methodNames.filter((name) => !secondFactorNames.includes(name));
    const asked = others.map((name) => [name, methods[name]?.secondFactor?.backup]);
    expect(asked).to.deep.equal([
      ['device', true],
      ['recovery', true],
      ['pass', true],
      ['email', undefined],
      ['questions', undefined],
    ]);
    for (const name of ['email', 'questions']) expect(methods[name]?.secondFactor, name).to.equal(undefined);
  });
});

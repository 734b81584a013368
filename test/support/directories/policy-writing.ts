import type { ServerPolicy } from './directory-server.ts';

/** An attribute and its value. */
export type Written = readonly [string, string];

/** How a server writes each of its rules; throws where it has no such rule. */
export type PolicyWriter = { readonly [Name in keyof ServerPolicy]: (value: ServerPolicy[Name]) => readonly Written[] };

/** As every server of the tests is at its start. */
export const FIRST_POLICY: ServerPolicy = {
  minLength: 8,
  complexity: false,
  history: 3,
  minAge: 0,
  maxAge: 0,
  lockoutThreshold: 0,
  lockoutWindow: 1800,
  lockoutDuration: 1800,
  changeAfterReset: false,
};

export const writtenPolicy = (writer: PolicyWriter, policy: Partial<ServerPolicy>): readonly Written[] => {
  const written = (name: keyof ServerPolicy): readonly Written[] => {
    // Each name has a writer for its own kind of value, which no type can say of a name that varies.
    const write = writer[name] as (value: boolean | number) => readonly Written[];
    const value = policy[name];
    return value === undefined ? [] : write(value);
  };
  return (Object.keys(writer) as (keyof ServerPolicy)[]).flatMap(written);
};

/** For a rule that a server lacks: it is as good as off, and cannot be switched on. */
export const lacking =
  (reason: string) =>
  (value: boolean): readonly Written[] => {
    if (value) throw new Error(reason);
    return [];
  };

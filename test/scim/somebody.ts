import { expect } from 'chai';
import { GROUP } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';

export interface Somebody extends Answer {
  /** Below the service. */
  readonly path: string;
  readonly userName: string;
}

/** Makes people of whom nobody else in these stories knows. */
export const somebodyFrom = (
  client: () => Provisioner,
  prefix: string,
): ((attributes?: Readonly<Record<string, unknown>>) => Promise<Somebody>) => {
  let count = 0;
  return async (attributes = {}) => {
    count += 1;
    const userName = `${prefix}${String(count)}`;
    const answer = await client().user(userName, attributes);
    expect(answer.status, answer.text).to.equal(201);
    return { ...answer, path: `/Users/${answer.body.id}`, userName };
  };
};

/** Makes groups, each with a name of its own, and gives their paths. */
export const groupFrom = (
  client: () => Provisioner,
  prefix: string,
): ((attributes?: Readonly<Record<string, unknown>>) => Promise<string>) => {
  let count = 0;
  return async (attributes = {}) => {
    count += 1;
    const displayName = `group of ${prefix}${String(count)}`;
    const { body, status, text } = await client().post('/Groups', { schemas: [GROUP], displayName, ...attributes });
    expect(status, text).to.equal(201);
    return `/Groups/${body.id}`;
  };
};

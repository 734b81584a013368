import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../kernel/clock.ts';
import { EPOCH_BEARERS } from './lineage.ts';

/** What we keep in oidc-provider's models besides what it knows. */
const OWN_PARTS = {
  Session: ['epoch', 'begunAt', 'address', 'agent'],
  Grant: ['epoch'],
  Interaction: ['epoch', 'half', 'replaces'],
} as const satisfies Record<(typeof EPOCH_BEARERS)[number], readonly string[]>;

const AGENT_LENGTH = 200;

/** Where and by what somebody signed in, for them to recognise it by. */
interface Place {
  readonly begunAt: number;
  readonly address: string;
  readonly agent: string;
}

export const placeOf = (session: Readonly<Record<string, unknown>>): Place => {
  const { begunAt, address, agent, loginTs } = session;
  return {
    begunAt: typeof begunAt === 'number' ? begunAt : Number(loginTs ?? 0) * 1000,
    address: typeof address === 'string' ? address : '',
    agent: typeof agent === 'string' ? agent : '',
  };
};

/** Carries over into the session what a sign-in has proved (`lineage.ts` says what its epoch is for), and where. */
export const carryOwnParts = (provider: Provider, clock: Clock): void => {
  for (const model of EPOCH_BEARERS) {
    const { IN_PAYLOAD } = provider[model];
    Object.defineProperty(provider[model], 'IN_PAYLOAD', { value: [...IN_PAYLOAD, ...OWN_PARTS[model]] });
  }
  provider.on('interaction.ended', (ctx: KoaContextWithOIDC) => {
    const { session, result } = ctx.oidc;
    const epoch = result?.login?.['epoch'];
    if (!session || epoch === undefined) return;
    const place = { address: ctx.state['address'] as unknown, agent: ctx.get('user-agent').slice(0, AGENT_LENGTH) };
    const begunAt: unknown = Reflect.get(session, 'begunAt') ?? clock.now();
    Object.assign(session, { epoch, begunAt, ...place });
  });
};

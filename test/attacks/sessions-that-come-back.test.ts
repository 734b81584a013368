import { expect } from 'chai';
import * as client from 'openid-client';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import type { Outcome } from '../support/relying-party.ts';
import { useWorld } from '../support/world.ts';

const BROWSERS = 20;

type Tokens = client.TokenEndpointResponse;

const tokensOf = (outcome: Outcome | undefined): readonly Tokens[] =>
  outcome?.kind === 'signed-in' ? [outcome.tokens] : [];

onEveryEngine('A thief with everything of a session, while its owner resets the password', (store) => {
  const world = useWorld({ store });

  const ask = () => world().party.configuration;

  const isRefused = async (owner: Person, tokens: Tokens): Promise<void> => {
    const { access_token: token, refresh_token: refresh = '' } = tokens;
    expect((await client.tokenIntrospection(ask(), token)).active, 'introspection').to.equal(false);
    const info = await client.fetchUserInfo(ask(), token, owner.id).catch(() => 'refused');
    expect(info, 'userinfo').to.equal('refused');
    if (refresh !== '') expect(await world().party.refresh(refresh), 'refresh').to.include({ error: 'invalid_grant' });
  };

  /** Five requests of each browser: for a code (which the app redeems), by refresh token, for userinfo and so on. */
  const everything = (owner: Person, thief: Person, { access_token: token, refresh_token: refresh = '' }: Tokens) => [
    thief.startsSignIn({ prompt: 'none' }),
    thief.browser.send(`${world().issuer}/security-info`),
    world().party.refresh(refresh),
    client.fetchUserInfo(ask(), token, owner.id).catch(() => undefined),
    client.tokenIntrospection(ask(), token),
  ];

  it('is left with nothing by a hundred requests in flight: no token, no session, no new code', async () => {
    const { party } = world();
    const owner = await world().person('owner', { registered: true });
    const thieves = Array.from({ length: BROWSERS }, () => owner.with(world().browser()));
    const given: Tokens[] = [];
    for (const thief of thieves) {
      await thief.signsIn({ scope: 'openid offline_access', prompt: 'consent' });
      given.push(...tokensOf(party.outcomes.at(-1)));
    }
    expect(given).to.have.length(BROWSERS);
    await owner.opensReset();
    await owner.typesCode();
    const before = party.outcomes.length;

    const half = Math.floor(BROWSERS / 2);
    const at = (thief: Person, index: number) => everything(owner, thief, given[index] ?? ({ ...given[0] } as Tokens));
    const early = thieves.slice(0, half).flatMap(at);
    const reset = owner.choosesPassword('violet teapots at noon');
    const late = thieves.slice(half).flatMap((thief, index) => at(thief, half + index));
    const answers = await Promise.all([...early, ...late]);
    await reset;
    expect(await owner.browser.heading()).to.equal('Your password is changed');

    const refreshed = answers.filter((answer): answer is Outcome => typeof answer === 'object' && 'kind' in answer);
    const won = [...party.outcomes.slice(before), ...refreshed].flatMap(tokensOf);
    for (const tokens of [...given, ...won]) await isRefused(owner, tokens);
    for (const thief of thieves) {
      await thief.startsSignIn({ prompt: 'none' });
      expect(thief.outcome()).to.include({ error: 'login_required' });
    }
  });
});

import type { Entrance, Route } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import { changeFlow } from '../flows/change.ts';
import { createRunner } from '../flows/run.ts';
import { changeAtSignInRoutes } from './at-sign-in.ts';
import { changeEffects } from './effects.ts';
import { CHANGE_PASSWORD, changeOwnRoutes } from './own-page.ts';

/** Where whoever knows their password chooses another one: by themselves, or because a sign-in asks for it. */
export const changeRoutes = (desk: Desk): readonly Route[] => {
  const { store, clock, sessions } = desk.host;
  // A foreign host signs people in by itself, and knows whose passwords have to be changed.
  if (!sessions) return [];
  const changing = { desk, runner: createRunner(store, clock, changeFlow, changeEffects(desk)) };
  return [...changeAtSignInRoutes(changing), ...changeOwnRoutes(changing)];
};

export const changeEntrances = ({ host }: Desk): readonly Entrance[] =>
  host.sessions ? [{ label: { key: 'sspr.change.entrance' }, path: CHANGE_PASSWORD }] : [];

import type { MessageRef, Route } from './route.ts';
import { get, page } from './route.ts';

/** A place where people may begin, such as the reset of a password. */
export interface Entrance {
  readonly label: MessageRef;
  readonly path: string;
}

/** Whose service this is, and where one may begin. Most people come from an app and never see it. */
export const homeRoute = (entrances: readonly Entrance[]): Route =>
  get('/', () => Promise.resolve(page('home', { entrances })));

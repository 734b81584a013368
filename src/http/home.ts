import type { Entrance, Route } from './route.ts';
import { get, page } from './route.ts';

/** Whose service this is, and where one may begin. Most people come from an app and never see it. */
export const homeRoute = (entrances: readonly Entrance[]): Route =>
  get('/', () => Promise.resolve(page('home', { entrances })));

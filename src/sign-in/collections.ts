import type { Collection } from '../store/port.ts';
import { signInGuards } from './guard.ts';
import { knownBrowsers } from './known-browsers.ts';

export const signInCollections = [knownBrowsers, signInGuards] as unknown as readonly Collection[];

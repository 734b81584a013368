import type { Collection } from '../store/port.ts';
import { signInGuards } from './guard.ts';
import { knownBrowsers } from './known-browsers.ts';
import { rememberedBrowsers } from './remembered-browsers.ts';

export const signInCollections = [knownBrowsers, rememberedBrowsers, signInGuards] as unknown as readonly Collection[];

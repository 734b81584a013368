import type { Collection } from '../../src/store/port.ts';
import { scimTokens } from './clients/tokens.ts';
import { externalIds } from './people/external-ids.ts';

/** What this plugin keeps beside people and groups. */
export const collections: readonly Collection[] = [scimTokens, externalIds];

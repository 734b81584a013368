import type { Collection } from '../store/port.ts';
import { artifacts } from './artifact.ts';
import { clients } from './clients.ts';
import { keySets } from './keys.ts';
import { logoutNotices } from './logout-notices.ts';

export const oidcCollections = [artifacts, clients, keySets, logoutNotices] as unknown as readonly Collection[];

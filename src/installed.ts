import { ldap } from '../plugins/ldap/index.ts';
import { scim } from '../plugins/scim/index.ts';
import { sspr } from '../plugins/sspr/index.ts';
import { demoCollections } from './demo/demo.ts';
import { oidcCollections } from './oidc/collections.ts';
import type { Plugin } from './plugin.ts';
import { signInCollections } from './sign-in/collections.ts';
import type { Collection } from './store/port.ts';

/** Every plugin of our own server; each runs with its section of the configuration. */
export const plugins = [sspr, ldap, scim] as readonly Plugin[];

/** Collections of the rooms that only a server has; the command line opens the store with the same. */
export const serverCollections: readonly Collection[] = [...oidcCollections, ...signInCollections, ...demoCollections];

import type { Entry } from './entry.ts';

/** What a server says of itself (RFC 4512 section 5.1). Object identifiers as the server lists them. */
export interface RootDse {
  readonly controls: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  /** Of Active Directory: 1.2.840.113556.1.4.800 and its kin. */
  readonly capabilities: ReadonlySet<string>;
  readonly namingContexts: readonly string[];
  readonly defaultNamingContext: string | undefined;
  /** Of a domain controller: the largest uSNChanged that it has given out. */
  readonly highestCommittedUsn: string | undefined;
  /** Of 389 DS: where its retro changelog is, with the number of the latest change in it. */
  readonly changelog: string | undefined;
  readonly lastChangeNumber: string | undefined;
  readonly dnsHostName: string | undefined;
  /** DN of the server's own entry in Active Directory: a uSNChanged means something on this one only. */
  readonly dsServiceName: string | undefined;
  readonly vendor: string | undefined;
  readonly vendorVersion: string | undefined;
}

/** Named one by one: they are operational, and some servers leave them out otherwise. */
export const ROOT_DSE_ATTRIBUTES = [
  'supportedControl',
  'supportedExtension',
  'supportedCapabilities',
  'namingContexts',
  'defaultNamingContext',
  'highestCommittedUSN',
  'changelog',
  'lastChangeNumber',
  'dnsHostName',
  'dsServiceName',
  'vendorName',
  'vendorVersion',
] as const;

export const rootDseOf = (entry: Entry): RootDse => ({
  controls: new Set(entry.texts('supportedControl')),
  extensions: new Set(entry.texts('supportedExtension')),
  capabilities: new Set(entry.texts('supportedCapabilities')),
  namingContexts: entry.texts('namingContexts'),
  defaultNamingContext: entry.text('defaultNamingContext'),
  highestCommittedUsn: entry.text('highestCommittedUSN'),
  changelog: entry.text('changelog'),
  lastChangeNumber: entry.text('lastChangeNumber'),
  dnsHostName: entry.text('dnsHostName'),
  dsServiceName: entry.text('dsServiceName'),
  vendor: entry.text('vendorName'),
  vendorVersion: entry.text('vendorVersion'),
});

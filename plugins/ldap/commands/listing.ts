import type { ListingReason } from '../import/collections.ts';

/** Why everybody is listed at each import, and what to do about it where something can be done. */
export const listingTexts: Readonly<Record<ListingReason, { readonly why: string; readonly advice?: string }>> = {
  not_offered: {
    why: 'the server has nothing that tells it',
    advice: 'OpenLDAP tells it with overlay syncprov, 389 DS with its Retro Changelog plugin.',
  },
  deleted_hidden: {
    why: 'the service account may not see deleted entries',
    advice: 'let it list and read CN=Deleted Objects of the domain (dsacls, right LCRP).',
  },
  state_hidden: {
    why: 'the service account may not see which state the content is in',
    advice: 'let it read contextCSN of the naming context (OpenLDAP), or targetUniqueId in cn=changelog (389 DS).',
  },
  state_unknown: {
    why: 'the server did not know the state of the last import any more',
    advice: 'let it remember more: syncprov-sessionlog (OpenLDAP), nsslapd-changelogmaxage (389 DS).',
  },
  other_id: { why: 'people.attributes.id is not the id by which the server tells of entries' },
  by_groups: { why: 'who is a person depends on groups, whose members do not change when they come and go' },
  branch_changed: { why: 'an entry with others below it changed, and they may have moved along' },
  too_many: { why: 'too much had changed at once' },
};

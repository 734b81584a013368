import type { Personal, StoredEvent } from './record.ts';

/** What is personal of one person; without `of` of somebody who is nobody here. */
export interface Owned {
  readonly of?: string;
  readonly personal: Personal;
}

const PROGRAM = /^(cli|system|client:.*)$/s;

const given = (personal: Personal): boolean => Object.keys(personal).length > 0;

/**
 * Whose it is: address and agent of whoever acted, a personal reason of whom it is about. For most events that is the
 * same person.
 */
export const ownersOf = ({ actor, subject }: StoredEvent, personal: Personal): readonly Owned[] => {
  const actedAs = actor !== undefined && !PROGRAM.test(actor) ? actor : subject;
  const { reason, ...circumstances } = personal;
  const owned = (of: string | undefined, what: Personal): readonly Owned[] =>
    given(what) ? [{ ...(of === undefined ? {} : { of }), personal: what }] : [];
  if (actedAs === subject) return owned(subject, personal);
  return [...owned(actedAs, circumstances), ...owned(subject, reason === undefined ? {} : { reason })];
};

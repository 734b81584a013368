import type { ResourceType } from '../schema/attribute.ts';
import type { Filter } from './filter.ts';
import { namedBy } from './place.ts';
import type { Named } from './place.ts';
import { invalid } from './token.ts';

/** A question about memberships, which no document of a person or group holds: `members eq "…"`, `groups eq "…"`. */
export interface RelatedQuestion {
  readonly attribute: 'members' | 'groups';
  /** Id of the member, or of the group. */
  readonly value: string;
}

export const isRelated = ({ attribute }: Named): boolean =>
  attribute.field === undefined && attribute.type === 'complex' && attribute.multiValued;

/** Of memberships only equality with an id can be asked; undefined for anything else. */
export const relatedQuestion = (named: Named, filter: Filter): RelatedQuestion | undefined => {
  const attribute = named.attribute.name === 'members' ? 'members' : 'groups';
  const condition = filter.kind === 'valuePath' ? filter.of : filter;
  if (condition.kind !== 'compare' || !['eq', 'ne'].includes(condition.op)) return undefined;
  const sub = filter.kind === 'valuePath' ? condition.path.name : (condition.path.sub ?? 'value');
  if (sub.toLowerCase() !== 'value' || typeof condition.value !== 'string') return undefined;
  // `[value ne "…"]` is about any other member, which is another question.
  if (filter.kind === 'valuePath' && condition.op === 'ne') return undefined;
  return { attribute, value: condition.value };
};

/**
 * The questions about memberships in a filter, to be answered before it can be translated.
 * Throws `ScimError` `invalidFilter` for those that are not about one id.
 */
export const relatedQuestions = (filter: Filter, type: ResourceType): readonly RelatedQuestion[] => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.flatMap((part) => relatedQuestions(part, type));
    case 'not':
      return relatedQuestions(filter.of, type);
    default: {
      const named = namedBy(type, filter.path);
      if (!named || !isRelated(named)) return [];
      const question = relatedQuestion(named, filter);
      if (!question) throw invalid(`${named.attribute.name} can be filtered by one value only`);
      return [question];
    }
  }
};

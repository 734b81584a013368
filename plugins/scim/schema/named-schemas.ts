import { isObject } from './value.ts';

/** Whether a resource says that it is of this schema, in any case (RFC 7643 section 3). */
export const namesSchema = (given: unknown, urn: string): boolean => {
  const schemas = isObject(given) ? given['schemas'] : undefined;
  const wanted = urn.toLowerCase();
  return Array.isArray(schemas) && schemas.some((id) => typeof id === 'string' && id.toLowerCase() === wanted);
};

/** The segments of a path as sent, decoded; undefined for one that nothing can be served at. */
export const segmentsOf = (path: string): readonly string[] | undefined => {
  if (path === '' || path === '/') return [];
  try {
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    return segments.includes('') ? undefined : segments;
  } catch {
    return undefined;
  }
};

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export type Method = (typeof METHODS)[number];

/** Whether one inserted, deleted or replaced character at most makes `a` out of `b` (Levenshtein distance 0 or 1). */
export const withinOneEdit = (a: readonly string[], b: readonly string[]): boolean => {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let head = 0;
  while (head < short.length && short[head] === long[head]) head += 1;
  let tail = 0;
  while (tail < short.length - head && short[short.length - 1 - tail] === long[long.length - 1 - tail]) tail += 1;
  return long.length - head - tail <= 1;
};

/** One line of what Prometheus reads. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

const labelsOf = (text: string): Record<string, string> => {
  const found = [...text.matchAll(LABEL)];
  if (found.map(([all]) => all).join('') !== text) throw new Error(`no labels: ${text}`);
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, '$1')]));
};

/**
 * Reads the text format, version 0.0.4, as strictly as Prometheus does: every sample belongs to a metric whose type was
 * told before, and none comes twice. Throws at what it does not know.
 */
export const readExposition = (text: string): readonly ExposedSample[] => {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  const seen = new Set<string>();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line);
      if (type) types.set(type[1] ?? '', type[2] ?? '');
      if (line.startsWith('#')) {
        if (!type && !/^# HELP \S+ \S/.test(line)) throw new Error(`no comment that we know: ${line}`);
        return [];
      }
      const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
      if (!types.has(family)) throw new Error(`a sample of no type: ${line}`);
      if (seen.has(`${name}{${labels}}`)) throw new Error(`a sample twice: ${line}`);
      seen.add(`${name}{${labels}}`);
      const number = value === '+Inf' ? Infinity : value === 'Nan' ? NaN : Number(value);
      return [{ name, labels: labelsOf(labels), value: number }];
    });
};

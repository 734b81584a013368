import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { OptionFault } from '../../../src/plugin.ts';
import { countInFile } from './breach-file.ts';
import { breachFileFault } from './breach-file-faults.ts';
import { countInRange } from './breach-range.ts';
import type { BreachedConfig } from './breached-config.ts';
import { breachHash } from './hash-line.ts';
import type { JudgedRule, Verdict } from './rule.ts';

type Source = (hash: string) => Promise<Verdict>;

const fileSource =
  (path: string, log: Log): Source =>
  async (hash) => {
    try {
      return (await countInFile(path, hash)) === 0;
    } catch (error) {
      // It is the operator's own disk, which can be mended: nothing passes unchecked meanwhile.
      const cause = error instanceof Error && 'code' in error ? error.code : 'unknown';
      log.error({ cause }, 'the file of breached hashes cannot be used: no new password is taken');
      return 'unavailable';
    }
  };

const rangeSource = (config: NonNullable<BreachedConfig['range']>, log: Log): Source => {
  const { url, timeout, ca, onFailure } = config;
  const range = { url, timeout, ...(ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') }) };
  return async (hash) => {
    const answer = await countInRange(range, hash);
    if ('count' in answer) return answer.count === 0;
    log.warn({ cause: answer.failure, onFailure }, 'a new password could not be looked up among breached ones');
    return onFailure === 'accept' ? 'unchecked' : 'unavailable';
  };
};

/** What is wrong with the file of hashes, for the list of all faults. */
export const breachedFaults = ({ file }: BreachedConfig): readonly OptionFault[] => {
  // The section of a file that is not in use keeps its paths as they are written, relative to what nobody knows here.
  const message = file !== undefined && isAbsolute(file) ? breachFileFault(file) : undefined;
  return message === undefined ? [] : [{ path: ['password', 'breached', 'file'], message }];
};

/**
 * Not a password that is known from leaks (NIST SP 800-63B-4 section 3.1.1.2); none unless a source is configured.
 *
 * @throws AppError `config_invalid` with what is wrong with the file
 */
export const breachedRule = ({ file, range }: BreachedConfig, log: Log): JudgedRule | undefined => {
  const fault = file === undefined ? undefined : breachFileFault(file);
  if (fault !== undefined) throw new AppError('config_invalid', fault);
  const sources = [
    ...(file === undefined ? [] : [fileSource(file, log)]),
    ...(range === undefined ? [] : [rangeSource(range, log)]),
  ];
  if (sources.length === 0) return undefined;
  return {
    id: 'breached',
    costly: true,
    async check(password) {
      const hash = breachHash(password);
      let verdict: Verdict = true;
      for (const source of sources) {
        if (verdict === true) verdict = await source(hash);
      }
      return verdict;
    },
    fault: () => 'is known from leaks',
  };
};

import { deviceOf } from '../device.ts';

/** Browsers on iPhone and iPad that ask for pages as those of a Mac get them: all of them are WebKit there. */
const IN_DISGUISE = /\b(?:CriOS|FxiOS|EdgiOS|OPiOS)\//;

/**
 * Whether the browser is one that deletes what scripts keep, keys among it, after seven days of use without a visit
 * (WebKit's Intelligent Tracking Prevention, "7-Day Cap on All Script-Writeable Storage"). It is a guess that only a
 * notice depends on.
 */
export const forgetsKeys = (agent: string): boolean => {
  const { browser, system } = deviceOf(agent);
  return browser === 'Safari' || system === 'iPhone' || system === 'iPad' || IN_DISGUISE.test(agent);
};

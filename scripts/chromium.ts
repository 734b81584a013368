import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { findChromium, CHROMIUM_COMMAND } from '../test/support/chromium.ts';

const POLICY = '/usr/sbin/policy-rc.d';

const mayInstall = (): boolean => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
};

/** Runs apt-get with Debian's own switch against starting what was installed (invoke-rc.d obeys exit code 101). */
const aptGet = (): boolean => {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const run = (...args: readonly string[]) =>
      spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
    return run('update') && run('install', '-y', '--no-install-recommends', 'chromium');
  } finally {
    if (ours) rmSync(POLICY);
  }
};

/** Sees to a Chromium for the browser tests. Gives one line that tells what there is. */
export const installChromium = (): string => {
  const found = findChromium();
  if (found) return `Chromium: ${found}`;
  if (!mayInstall()) return `Chromium: none; to have the browser tests run, as root: ${CHROMIUM_COMMAND}`;
  console.log(`  Installing Debian's chromium for the browser tests: ${CHROMIUM_COMMAND}`);
  aptGet();
  return `Chromium: ${findChromium() ?? `none, for the reason above; to try again: ${CHROMIUM_COMMAND}`}`;
};

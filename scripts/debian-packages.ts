import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { findChromium } from '../test/support/chromium.ts';
import { aptCommand, isInstalled, packagedServers } from '../test/support/directories/packages.ts';

const POLICY = '/usr/sbin/policy-rc.d';

/** What tests need of Debian's packages. */
interface Need {
  readonly title: string;
  readonly packages: readonly string[];
  /** Where it is, once it is there. */
  found(): string | undefined;
}

const needs: readonly Need[] = [
  { title: 'Chromium', packages: ['chromium'], found: findChromium },
  ...packagedServers.map((server) => ({
    ...server,
    found: () => (isInstalled(server) ? server.files[0] : undefined),
  })),
];

const mayInstall = (): boolean => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
};

/** Does something under Debian's own switch against starting what is installed (invoke-rc.d obeys exit code 101). */
const withoutServices = (work: () => void): void => {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (ours) rmSync(POLICY);
  }
};

const aptGet = (...args: readonly string[]): boolean => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
};

const install = (packages: readonly string[]): boolean =>
  aptGet('install', '-y', '--no-install-recommends', ...packages);

/** Sees to what tests need of Debian, all in one go. Gives a line for each that tells what there is. */
export const installDebianPackages = (): readonly string[] => {
  const missing = needs.filter(({ found }) => found() === undefined);
  const packages = missing.flatMap((need) => need.packages);
  const tried = packages.length > 0 && mayInstall();
  if (tried) {
    console.log(`  Installing what the tests need of Debian: ${aptCommand(packages)}`);
    withoutServices(() => {
      // An archive that is out of reach is no reason not to try: what is wanted may be in another, or known already.
      aptGet('update');
      if (install(packages)) return;
      // A release may lack one of them, which the others should not pay for.
      for (const need of missing) install(need.packages);
    });
  }
  const why = tried ? 'for the reason above; to try again' : 'to have its tests run, as root';
  return needs.map(({ title, found, packages: own }) => `${title}: ${found() ?? `none; ${why}: ${aptCommand(own)}`}`);
};

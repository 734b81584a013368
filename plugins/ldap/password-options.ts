import { z } from 'zod';
import { duration } from '../../src/plugin.ts';

export const writebackOptions = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether passwords are set and accounts unlocked here; otherwise people may only sign in.'),
    unlockWithReset: z.boolean().default(true).describe('Whether a reset also unlocks the account.'),
    mustChangeAtNextLogon: z
      .boolean()
      .default(false)
      .describe('Whether a password that was reset here must be changed at the next sign-in.'),
    verifyBind: z
      .boolean()
      .default(true)
      .describe('Whether success is only told once the new password was tried at the same server.'),
    oldPasswordAllowed: duration('60m').describe(
      'How long Active Directory goes on taking the old password (OldPasswordAllowedPeriod); for that time we refuse it ourselves. Of no meaning for others.',
    ),
  })
  .prefault({})
  .describe('Writing to the directory.');

export const cachedVerifierOptions = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Keeps an argon2id hash of each password that was right, to sign in with while no server answers. Whoever was disabled meanwhile can sign in too until the time is over.',
      ),
    hours: z.int().min(1).max(168).default(12).describe('Hours after the last right password that it may be used.'),
  })
  .prefault({})
  .describe('Sign-in during an outage.');

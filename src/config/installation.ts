import type { Fault } from './faults.ts';
import type { PluginSchema } from './json-schema.ts';
import type { Config } from './schema.ts';

/** What an installation has that the options of a plugin may need. */
export interface Installation {
  readonly profile: Config['profile'];
  readonly channels: readonly ('mail' | 'sms' | 'voice' | 'push')[];
  /** Names of attributes of people that rules may go by, as plugins declare them. */
  readonly attributes: readonly string[];
}

type Path = readonly (string | number)[];

type Untemplated = Omit<Config, 'templates'>;

/** Ways to people that lead somewhere. */
export const channelsOf = ({ demo, profile, mail, sms, voice, push }: Untemplated): Installation['channels'] => {
  const carriers = { mail: mail.smtp, sms, voice };
  // The mailbox page of the development profile stands in for every carrier; no page can for a browser.
  const standsIn = demo.enabled || profile === 'development';
  const carried = (['mail', 'sms', 'voice'] as const).filter((name) => standsIn || carriers[name] !== undefined);
  return push ? [...carried, 'push'] : carried;
};

export const installationOf = (config: Untemplated, plugins: readonly PluginSchema[]): Installation => ({
  profile: config.profile,
  channels: channelsOf(config),
  attributes: plugins.flatMap(({ name, attributes }) =>
    (attributes?.(config.plugins[name]) ?? []).flatMap((one) => (one.simple ? [one.name] : [])),
  ),
});

/**
 * What a plugin's options ask for that the installation cannot give.
 *
 * @param at where the section stands
 * @param source tells where a path was written
 */
export const unmetNeeds = (
  { faults }: PluginSchema,
  section: unknown,
  installation: Installation,
  at: Path,
  source: (path: Path) => string | undefined,
): readonly Fault[] =>
  (faults?.(section, installation) ?? []).map(({ path, message }) => {
    const whole = [...at, ...path];
    const from = source(whole);
    return { path: whole.join('.'), message, ...(from === undefined ? {} : { source: from }) };
  });

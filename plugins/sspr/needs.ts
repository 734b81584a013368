import { ruledNames } from '../../src/plugin.ts';
import type { Installation, OptionFault } from '../../src/plugin.ts';
import type { SsprConfig } from './config.ts';
import { channelsOf } from './methods/list.ts';

/** Methods that a policy names and this installation cannot serve: people would register what never reaches them. */
export const unmetNeeds = (
  { policies }: SsprConfig,
  { channels }: Pick<Installation, 'channels'>,
): readonly OptionFault[] =>
  policies.flatMap(({ methods }, at) =>
    [...new Set(methods)].flatMap((name) =>
      channelsOf(name)
        .filter((channel) => !channels.includes(channel))
        .map((channel) => ({
          path: ['policies', at, 'methods'],
          message: `${name} cannot reach anybody here: configure the section "${channel}", or leave ${name} out`,
        })),
    ),
  );

/** Attributes that rules name and nobody here has: whoever is meant would be forgotten without a word. */
export const unknownAttributes = (
  { includeAttributes, excludeAttributes, policies }: SsprConfig,
  installation: Pick<Installation, 'attributes'>,
): readonly OptionFault[] => {
  const known: readonly string[] = [...ruledNames, ...installation.attributes];
  const places = [
    { path: ['includeAttributes'], named: includeAttributes },
    { path: ['excludeAttributes'], named: excludeAttributes },
    ...policies.flatMap((policy, at) => [
      { path: ['policies', at, 'attributes'], named: policy.attributes },
      { path: ['policies', at, 'excludeAttributes'], named: policy.excludeAttributes },
    ]),
  ];
  return places.flatMap(({ path, named }) =>
    Object.keys(named)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path,
        message: `nobody has an attribute ${JSON.stringify(name)}: it is one of ${known.join(', ')}, or declare it under plugins.scim.extensions`,
      })),
  );
};

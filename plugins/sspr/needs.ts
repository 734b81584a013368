import type { Installation, OptionFault } from '../../src/plugin.ts';
import type { SsprConfig } from './config.ts';
import { channelsOf } from './methods/list.ts';

/** Methods that a policy names and this installation cannot serve: people would register what never reaches them. */
export const unmetNeeds = ({ policies }: SsprConfig, { channels }: Installation): readonly OptionFault[] =>
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

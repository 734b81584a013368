import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Organisation } from '../plugin.ts';
import { createAssets } from './assets.ts';
import type { Assets } from './assets.ts';
import { brandIcon, brandStyles } from './brand.ts';
import type { Colours } from './brand.ts';
import { createBrowsers } from './browser.ts';
import type { Browsers } from './browser.ts';
import { loadMessages } from './messages.ts';
import type { Messages } from './messages.ts';
import { createPages } from './pages.ts';
import type { Pages } from './pages.ts';
import { loadViews } from './views.ts';
import type { Views } from './views.ts';

export interface SiteOptions {
  /** Folder of the package: views and sentences are found from here, wherever modules lie. */
  readonly root: string;
  readonly issuer: string;
  readonly organisation: Organisation;
  /** Path of an SVG or PNG file. */
  readonly logo?: string;
  readonly colours: Colours;
  /** BCP 47 tags, the default first. */
  readonly locales: readonly string[];
  /** Plugins that bring `views/`, with scripts beside them, or `messages/`; `folder` is from the root. */
  readonly plugins: readonly { readonly name: string; readonly folder?: string }[];
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Secrets;
}

/** What pages and messages are made from; needs no server. */
export interface Site {
  readonly messages: Messages;
  readonly views: Views;
  readonly assets: Assets;
  readonly browsers: Browsers;
  readonly pages: Pages;
}

/** The folders `<plugin>/<kind>` that there are. */
const pluginFolders = ({ root, plugins }: SiteOptions, kind: string): { folder: string; prefix: string }[] =>
  plugins.flatMap(({ name, folder }) =>
    folder !== undefined && readdirSync(join(root, folder)).includes(kind)
      ? [{ folder: join(root, folder, kind), prefix: name }]
      : [],
  );

/** The scripts that lie beside a plugin's views: `<plugin>/<path>`, as its views are named. */
const pluginScripts = (options: SiteOptions): Record<string, Buffer> =>
  Object.fromEntries(
    pluginFolders(options, 'views').flatMap(({ folder, prefix }) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.js'))
        .map((file) => [`${prefix}/${file.split(sep).join('/')}`, readFileSync(join(folder, file))]),
    ),
  );

const assetsOf = (options: SiteOptions): Assets => {
  const { root, logo, colours } = options;
  const view = (file: string): string => readFileSync(join(root, 'views', file), 'utf8');
  return createAssets({
    'style.css': Buffer.from(view('style.css') + brandStyles(colours)),
    'page.js': Buffer.from(view('page.js')),
    'icon.svg': Buffer.from(brandIcon(view('icon.svg'), colours)),
    ...pluginScripts(options),
    ...(logo === undefined ? {} : { [`logo${extname(logo)}`]: readFileSync(logo) }),
  });
};

/** Reads and compiles everything once; no request touches the file system. */
export const createSite = (options: SiteOptions): Site => {
  const { root, clock, organisation, locales } = options;
  const messages = loadMessages(
    [{ folder: join(root, 'config/locales') }, ...pluginFolders(options, 'messages')],
    locales,
  );
  const views = loadViews([{ folder: join(root, 'views') }, ...pluginFolders(options, 'views')]);
  const assets = assetsOf(options);
  const browsers = createBrowsers(options.secrets, options.random, clock, options.issuer.startsWith('https:'));
  const pages = createPages({ views, messages, assets, organisation, browsers, clock });
  return { messages, views, assets, browsers, pages };
};

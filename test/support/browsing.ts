/** Fields to fill in, each named by its autocomplete token, its name or its label. */
export type Filling = Readonly<Record<string, string>>;

/** What a person does with a browser; over bare HTTP (`HttpBrowser`) or in Chromium (`ChromiumBrowser`). */
export interface Browser extends AsyncDisposable {
  /** Types an address, or opens a link from a mail. */
  open(address: string): Promise<void>;
  /** Fills in a form and presses its first button, or the one named by its name, `name=value`, or label. */
  submit(filling?: Filling, button?: string): Promise<void>;
  /** Presses the link named by its text or its path. */
  follow(link: string): Promise<void>;
  reload(): Promise<void>;
  back(): Promise<void>;
  url(): Promise<URL>;
  title(): Promise<string>;
  /** Everything a person reads on the page, white space collapsed. */
  text(): Promise<string>;
  /** The first heading. */
  heading(): Promise<string>;
  /** What stands in a field, named as in {@link Filling}; undefined where there is none. */
  field(named: string): Promise<string | undefined>;
  /** Whether there is a button or a link of that name, as `submit` and `follow` would find it. */
  offers(named: string): Promise<boolean>;
}

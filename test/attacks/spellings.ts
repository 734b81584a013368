/** Other spellings of a path, which a proxy or a careless router may take for it. */
export const spellings = (path: string): readonly string[] => [
  `/${path}`,
  `${path}/`,
  `${path}//`,
  `${path}/.`,
  `/.${path}`,
  `/x/..${path}`,
  `/x/%2e%2e${path}`,
  `${path};a=b`,
  `${path}%00`,
  `${path}%20`,
  `${path}%2f`,
  `${path}\\`,
  `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  `/%25${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  path.replace(/\/([a-z])/, (_, first: string) => `/${first.toUpperCase()}`),
  `http://evil.test${path}`,
];

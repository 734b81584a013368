const DOTS = '•••';

/** The first letter and the domain: the owner knows the address by them, others learn little. */
export const maskAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  const [first = ''] = address.slice(0, at);
  return `${first}${DOTS}${address.slice(at)}`;
};

/** Of a user name the first letter, and of one that is an address also the domain. */
export const maskName = (name: string): string =>
  name.includes('@') ? maskAddress(name) : `${[...name][0] ?? ''}${DOTS}`;

const DOTS = '•••';

/** The first letter and the domain: the owner knows the address by them, others learn little. */
export const maskAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  const [first = ''] = address.slice(0, at);
  return `${first}${DOTS}${address.slice(at)}`;
};

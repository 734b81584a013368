import type { Dialled, Dialling } from './dialling.ts';
import type { LdapServer } from './ldap.ts';

/** A connection that is being made while other work goes on, for one bind that is to come. */
export interface Coming extends Disposable {
  readonly server: LdapServer;
  /** The connection, once; undefined where none came or it has ended by now, and nothing is lost by making another. */
  take(): Promise<Dialled | undefined>;
  /** Closes it unless it was taken. */
  [Symbol.dispose](): void;
}

/**
 * Makes connections that are needed soon. Why one did not come is found out by whoever needs it and makes it then.
 *
 * @param most that are open at once: they wait for no turn, and a directory would else see one for each who does
 */
export const comingConnections = ({ dial }: Pick<Dialling, 'dial'>, most: number): ((server: LdapServer) => Coming) => {
  let open = 0;

  return (server) => {
    const arriving = open < most ? dial(server).catch(() => undefined) : undefined;
    if (arriving) open += 1;
    let isOver = arriving === undefined;

    const once = async (): Promise<Dialled | undefined> => {
      if (isOver) return undefined;
      isOver = true;
      const came = await arriving;
      open -= 1;
      return came;
    };

    return {
      server,
      async take() {
        const came = await once();
        return came?.connection.ended ? undefined : came;
      },
      [Symbol.dispose]() {
        void once().then((came) => came?.connection.close());
      },
    };
  };
};

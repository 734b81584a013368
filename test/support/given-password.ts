import type { Person } from './person.ts';
import type { World } from './world.ts';

/** An administrator sets a password that is to be changed at once, and tells it to the person. */
export const givenPassword = async (
  { app }: Pick<World, 'app'>,
  person: Pick<Person, 'id' | 'isTold'>,
  password = 'quiet harbours in october',
): Promise<void> => {
  const { directory, store } = app.foundation;
  const account = await directory.accounts.byId(person.id);
  if (!account) throw new Error(`there is nobody with the id ${person.id}`);
  await store.commit(await directory.local.setForOnce(account, password));
  person.isTold(password);
};

import type { Clock } from '../../src/kernel/clock.ts';
import type { Inboxes } from '../support/inboxes.ts';
import type { Person, Somebody } from '../support/person.ts';
import type { PremisesOptions } from '../support/premises.ts';
import type { World } from '../support/world.ts';

/** What the preparation leaves to be known later. */
export type Memory = Readonly<Record<string, string>>;

/** What a story is told with while the product may die. */
export interface Scene {
  readonly issuer: string;
  readonly clock: Clock;
  /** Whom the story is about, in front of a browser. */
  readonly person: Person;
  /** The same person in front of another browser. */
  readonly elsewhere: Person;
  readonly mail: Inboxes;
  readonly memory: Memory;
  settle(): Promise<void>;
  later(milliseconds: number): Promise<void>;
  /** From here on the product may die at any boundary; what comes before is there already. */
  begins(): Promise<void>;
}

/** The same after the product was started again. */
export interface After extends Pick<Scene, 'person' | 'elsewhere' | 'memory'> {
  readonly world: World;
  /** Of the person, before the story. */
  readonly epoch: number;
}

export interface Story extends Pick<PremisesOptions, 'store' | 'sspr'> {
  /** What the person does; a title goes on with it. */
  readonly title: string;
  /** Kinds of flows that are walked to their end. */
  readonly flows: readonly string[];
  readonly somebody?: Somebody;
  /** Beside the person, with nothing that can go wrong. */
  prepare?(world: World, person: Person): Promise<Memory>;
  tell(scene: Scene): Promise<void>;
  /** Expects of this story what is true wherever the product died, and goes on to its end. */
  holds(after: After): Promise<void>;
}

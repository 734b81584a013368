import type { z } from 'zod';

/** What a shape says about one path: `unknown` where it does not tell, such as a record's keys or a union at odds. */
export interface PathShape {
  /** The paths of the lists it runs through or ends in, outermost first. */
  readonly lists: readonly string[];
  /** True when every document has text, a number or a boolean there. */
  readonly required: boolean;
}

interface Node {
  readonly _zod: { readonly def: unknown };
}

/** The parts of zod's definitions that are walked; https://zod.dev/library-authors says `_zod.def` is for this use. */
interface Def {
  readonly type: string;
  readonly innerType?: Node;
  readonly element?: Node;
  readonly shape?: Readonly<Record<string, Node>>;
  readonly options?: readonly Node[];
  readonly left?: Node;
  readonly right?: Node;
  readonly in?: Node;
  readonly out?: Node;
  readonly valueType?: Node;
  readonly getter?: () => Node;
}

interface Step {
  readonly node: Node;
  readonly lists: readonly string[];
  readonly required: boolean;
}

/** Takes wrappers off until an object or a leaf is left, noting a list at `path` and whether it may be absent. */
const unwrap = (step: Step, path: string): readonly Step[] => {
  const def = step.node._zod.def as Def;
  const on = (node: Node | undefined, change: Partial<Step> = {}): readonly Step[] =>
    node ? unwrap({ ...step, ...change, node }, path) : [];
  switch (def.type) {
    case 'optional':
    case 'nullable':
    // What was stored before a default came into the shape lacks the value: defaults are filled in when writing only.
    case 'default':
    case 'prefault':
    case 'catch':
      return on(def.innerType, { required: false });
    case 'nonoptional':
    case 'readonly':
      return on(def.innerType);
    case 'pipe':
      return on(def.out?._zod.def !== undefined && (def.out._zod.def as Def).type !== 'transform' ? def.out : def.in);
    case 'lazy':
      return on(def.getter?.());
    case 'array':
      return on(def.element, { required: false, lists: [...step.lists, path] });
    case 'union':
      return (def.options ?? []).flatMap((option) => on(option));
    case 'intersection':
      return [...on(def.left), ...on(def.right)];
    default:
      return [step];
  }
};

const scalars: readonly string[] = ['string', 'number', 'boolean', 'literal', 'enum', 'template_literal'];
const isScalar = ({ node }: Step): boolean => scalars.includes((node._zod.def as Def).type);

const descend = (step: Step, name: string): readonly Step[] => {
  const def = step.node._zod.def as Def;
  if (def.type === 'record' && def.valueType) return [{ ...step, node: def.valueType, required: false }];
  const member = def.shape?.[name];
  return member ? [{ ...step, node: member }] : [];
};

/** Undefined when the shape has no such path, or says in one place that it is a list and in another that it is not. */
export const pathShape = (shape: z.ZodType, path: string): PathShape | undefined => {
  let steps = unwrap({ node: shape, lists: [], required: true }, '');
  let walked = '';
  for (const name of path.split('.')) {
    walked = walked === '' ? name : `${walked}.${name}`;
    const before = steps.length;
    const next = steps.flatMap((step) => descend(step, name));
    const everywhere = next.length >= before;
    steps = next.flatMap((step) => unwrap(everywhere ? step : { ...step, required: false }, walked));
  }
  const [first] = steps;
  if (!first || steps.some((step) => step.lists.join() !== first.lists.join())) return undefined;
  return { lists: first.lists, required: steps.every((step) => step.required && isScalar(step)) };
};

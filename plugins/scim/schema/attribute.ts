/** Data types of RFC 7643 section 2.3. */
export type AttributeType =
  'string' | 'boolean' | 'integer' | 'decimal' | 'dateTime' | 'reference' | 'binary' | 'complex';

/** An attribute with its characteristics (RFC 7643 sections 2.2 and 7), and where it lies in our documents. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  /** None but for complex attributes. */
  readonly subAttributes: readonly Attribute[];
  /**
   * Dotted path in the document or, for a sub-attribute, within its parent; `''` is the document itself. Absent for
   * what is not stored there.
   */
  readonly field?: string;
  /** Path of the folded copy in the document, by which text is compared that is not case-exact; of attributes only. */
  readonly folded?: string;
  /** Path in the document by which a list is ordered: what its primary or first value is. */
  readonly sorted?: string;
  /** It is never unassigned: a PUT without it leaves it as it is, and a PATCH cannot remove it. */
  readonly lasting?: true;
  /** Whether a text may be its value, where the shape of our documents or the directory asks for more than text. */
  readonly accepts?: (text: string) => boolean;
  /** Most characters of a text; 1,024 where it says nothing. */
  readonly longest?: number;
  /** Most values of a list; 100 where it says nothing. */
  readonly mostValues?: number;
}

export interface Schema {
  /** Its URN. */
  readonly id: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

/** A kind of resource: its core schema, and the extensions of it (RFC 7643 section 6). */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: string;
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
}

type Options = Partial<Omit<Attribute, 'name' | 'type'>>;

const plain = { multiValued: false, required: false, mutability: 'readWrite', returned: 'default' } as const;

/** An attribute as RFC 7643 section 2.2 has them when it says nothing, stored under its own name. */
export const attribute = (name: string, type: AttributeType, options: Options = {}): Attribute => ({
  name,
  type,
  ...plain,
  // References and binary data are case-exact by RFC 7643 sections 2.3.6 and 2.3.7.
  caseExact: type === 'reference' || type === 'binary',
  uniqueness: 'none',
  subAttributes: [],
  field: name,
  ...options,
});

/** What a client reads and the document does not hold as it is. */
export const derived = (name: string, type: AttributeType, options: Options = {}): Attribute => {
  const { field: _field, ...rest } = attribute(name, type, { mutability: 'readOnly', ...options });
  return rest;
};

/** Text that is compared without regard to case, by its copy in `folded`. */
export const text = (name: string, options: Options = {}): Attribute =>
  attribute(name, 'string', { folded: `folded.${options.field ?? name}`, ...options });

export const complex = (name: string, subAttributes: readonly Attribute[], options: Options = {}): Attribute =>
  attribute(name, 'complex', { folded: `folded.${options.field ?? name}`, subAttributes, ...options });

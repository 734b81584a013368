import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';

export type Element = Tree.Element;
type Node = Tree.Node;

const isElement = (node: Node): node is Element => 'tagName' in node;
const childrenOf = (node: Node): readonly Node[] => ('childNodes' in node ? node.childNodes : []);

/** Every element below, in document order. */
export const elementsIn = (node: Node): readonly Element[] =>
  childrenOf(node).flatMap((child) => (isElement(child) ? [child, ...elementsIn(child)] : []));

export const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((attr) => attr.name === name)?.value;

const raw = (node: Node): string => {
  if (node.nodeName === '#text') return (node as Tree.TextNode).value;
  if (node.nodeName === 'script' || node.nodeName === 'style') return '';
  return childrenOf(node)
    .map(raw)
    .join(isElement(node) && node.tagName === 'br' ? '\n' : '');
};

/** Text as a person reads it, white space collapsed. */
export const textOf = (node: Node): string => raw(node).replace(/\s+/g, ' ').trim();

/** Parsed as browsers do (WHATWG HTML). */
export const parseHtml = (html: string): Tree.Document => parse(html);

const FIELDS = new Set(['input', 'select', 'textarea', 'button']);

/** A form, with its fields wherever they stand: inside it, or naming it by `form`. */
export interface Form {
  readonly element: Element;
  readonly method: string;
  readonly action: string;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly element: Element;
  readonly name: string;
  readonly type: string;
  /** What its label says; for a button what it says itself. */
  readonly label: string;
  readonly autocomplete: string | undefined;
  readonly value: string;
  readonly checked: boolean;
}

const labelOf = (all: readonly Element[], element: Element): string => {
  if (element.tagName === 'button') return textOf(element);
  const id = attribute(element, 'id');
  const label = all.find(
    (each) =>
      each.tagName === 'label' &&
      (elementsIn(each).includes(element) || (id !== undefined && attribute(each, 'for') === id)),
  );
  return label ? textOf(label) : (attribute(element, 'aria-label') ?? '');
};

const valueOf = (element: Element): string => {
  if (element.tagName === 'textarea') return raw(element).replace(/^\n/, '');
  if (element.tagName !== 'select') return attribute(element, 'value') ?? '';
  const options = elementsIn(element).filter((each) => each.tagName === 'option');
  const chosen = options.find((each) => attribute(each, 'selected') !== undefined) ?? options[0];
  return chosen ? (attribute(chosen, 'value') ?? textOf(chosen)) : '';
};

const typeOf = (element: Element): string => {
  if (element.tagName === 'button') return attribute(element, 'type') ?? 'submit';
  return element.tagName === 'input' ? (attribute(element, 'type') ?? 'text') : element.tagName;
};

/** The forms of a page, as a browser would send them. */
export const formsIn = (document: Node): readonly Form[] => {
  const all = elementsIn(document);
  return all
    .filter((each) => each.tagName === 'form')
    .map((form) => {
      const inside = new Set(elementsIn(form));
      const id = attribute(form, 'id');
      const fields = all.filter((each) => {
        if (!FIELDS.has(each.tagName) || attribute(each, 'disabled') !== undefined) return false;
        const owner = attribute(each, 'form');
        return owner === undefined ? inside.has(each) : owner === id;
      });
      return {
        element: form,
        method: (attribute(form, 'method') ?? 'get').toUpperCase(),
        action: attribute(form, 'action') ?? '',
        fields: fields.map((element) => ({
          element,
          name: attribute(element, 'name') ?? '',
          type: typeOf(element),
          label: labelOf(all, element),
          autocomplete: attribute(element, 'autocomplete'),
          value: valueOf(element),
          checked: attribute(element, 'checked') !== undefined,
        })),
      };
    });
};

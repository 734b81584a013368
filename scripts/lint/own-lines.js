/**
 * Lines of a function without those of the functions inside it: an object made of closures is as long as its methods
 * together, and that is not what makes a function hard to read.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const ownLines = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'integer', minimum: 1 }],
    messages: {
      long: 'This function has {{lines}} lines of its own; up to {{most}} are easy to read. Name its parts.',
    },
  },
  create(context) {
    const most = Number(context.options[0]);
    /** @type {number[]} */
    const nested = [];
    const enter = () => void nested.push(0);
    /** @param {import('estree').Node} node */
    const leave = (node) => {
      const all = node.loc ? node.loc.end.line - node.loc.start.line + 1 : 0;
      const lines = all - (nested.pop() ?? 0);
      if (lines > most) context.report({ node, messageId: 'long', data: { lines: String(lines), most: String(most) } });
      const outer = nested.pop();
      if (outer !== undefined) nested.push(outer + all);
    };
    return { ':function': enter, ':function:exit': leave };
  },
};

/*
 * A rule of ESLint that reports what the compiler finds wrong with the types of a file. ESLint has compiled the whole program
 * already to ask it for types, so this costs a tenth of what a second compilation would.
 */
export const typeErrorsRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const { program } = context.sourceCode.parserServices;
    return {
      Program() {
        const file = program.getSourceFile(context.filename);
        for (const { start, length, code, messageText } of program.getSemanticDiagnostics(file)) {
          const [from, to] = [start, start + length].map((index) => context.sourceCode.getLocFromIndex(index));
          context.report({ loc: { start: from, end: to }, message: `TS${code}: ${firstLineOf(messageText)}` });
        }
      },
    };
  },
};

/** A long message is a chain, of which the first part says what is wrong and the others why. */
function firstLineOf(message) {
  return typeof message === 'string' ? message : message.messageText;
}

// Mocha would `require` each file, and import it where that fails, as it does with TypeScript. When the import fails as well, Mocha
// tells of the first, a SyntaxError, and what went wrong is told nowhere. Without this feature it imports at once.
Object.defineProperty(process.features, 'require_module', { value: false });

import { createServer } from 'node:http';

// The ceiling: reads the body, and sends bytes that were ready before. What rolebook answered to the same question.
const [listen = '0', ...answers] = process.argv.slice(2);
const prepared = answers.map((body) => ({
  body,
  headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
}));

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { body, headers } = prepared[request.url === '/v1/enforce/batch' ? 1 : 0];
    response.writeHead(200, headers);
    response.end(body);
  });
});
const where = listen.startsWith('/') ? { path: listen } : { host: '127.0.0.1', port: Number(listen) };
server.listen(where, () => console.log('listening'));

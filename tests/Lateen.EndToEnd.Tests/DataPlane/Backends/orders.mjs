// One of several equal servers, to be killed: takes GET and POST, and appends the id of every POST to a file before it answers.
// orders.mjs PORT FILE   (PORT 0: a free one; prints {"port": N} as its first line; SIGTERM finishes what is under way)
import { appendFileSync } from 'node:fs';
import http from 'node:http';

const [, , port, file] = process.argv;
const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.method === 'POST') appendFileSync(file, `${request.url.split('/').pop()}\n`);
    // Some answers take a while, so that a kill finds requests under way.
    setTimeout(() => response.end('done\n'), Math.random() < 0.1 ? 30 : 2);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });

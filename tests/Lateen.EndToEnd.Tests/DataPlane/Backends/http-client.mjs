// http-client.mjs http1|http2 trailers|upload|download|early URL [BYTES] [CA.pem]: one exchange with echo.mjs; prints JSON.
// Bodies are made of numbered blocks, so that a block that is lost, doubled or out of place changes the checksum.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { once } from 'node:events';

const [version, mode, url, bytes = '0', ca] = process.argv.slice(2);
const tls = ca ? { ca: readFileSync(ca), servername: 'localhost' } : {};
const Block = 64 * 1024;

function open(method, headers = {}) {
  if (version === 'http1') {
    const request = (ca ? https : http).request(url, { method, headers, ...tls });
    const response = new Promise((done, failed) => { request.once('response', done); request.once('error', failed); })
      .then(r => ({ status: r.statusCode, headers: r.headers, body: r, trailers: () => r.trailers }));
    return { request, response, trail: trailers => request.addTrailers(trailers), end: () => {} };
  }
  const { origin, pathname } = new URL(url);
  const session = http2.connect(origin, tls);
  session.on('error', () => {});
  const request = session.request({ ':method': method, ':path': pathname, ...headers }, { endStream: false, waitForTrailers: mode === 'trailers' });
  let sent;
  request.once('wantTrailers', () => request.sendTrailers(sent ?? {}));
  let trailers = {};
  request.on('trailers', value => { trailers = value; });
  const response = once(request, 'response').then(([h]) => ({ status: h[':status'], headers: h, body: request, trailers: () => trailers }));
  return { request, response, trail: value => { sent = value; }, end: () => session.close() };
}

const method = mode === 'download' ? 'GET' : 'POST';
const { request, response, trail, end } = open(method, mode === 'trailers' ? { te: 'trailers' } : {});
const sent = createHash('sha256');
if (mode === 'upload') {
  const block = Buffer.alloc(Block, 'x');
  for (let left = Number(bytes), i = 0; left > 0; left -= Block, i++) {
    block.writeUInt32BE(i);
    const part = left >= Block ? Buffer.from(block) : Buffer.from(block.subarray(0, left));
    sent.update(part);
    if (!request.write(part)) await once(request, 'drain');
  }
} else if (mode === 'trailers') {
  request.write('the body');
  trail({ 'x-request-trailer': 'from the client' });
}
if (mode !== 'early') request.end();
else request.write(Buffer.alloc(1000));
request.on('error', () => {});

const { status, body, trailers } = await response;
if (mode === 'download') {
  const block = Buffer.alloc(Block, 'x');
  for (let left = Number(url.split('/').at(-1)), i = 0; left > 0; left -= Block, i++) {
    block.writeUInt32BE(i);
    sent.update(left >= Block ? block : block.subarray(0, left));
  }
}

const received = createHash('sha256');
let count = 0;
let text = '';
for await (const data of body) {
  count += data.length;
  received.update(data);
  if (count < 100_000) text += data;
}
console.log(JSON.stringify({
  status, count, sent: sent.digest('hex'), received: received.digest('hex'), text: mode === 'download' ? '' : text, trailers: trailers(),
}));
end();
if (mode === 'early') process.exit(0);

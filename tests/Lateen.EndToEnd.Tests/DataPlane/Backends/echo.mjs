// Servers for the data-plane tests. One handler behind HTTP/1.1 and HTTP/2 (prior knowledge), by path:
//   /headers          what arrived, as JSON           /status/N      that status, with a body where one may stand
//   /echo             the body back, as it comes      /sink          {bytes, sha256, trailers} of the body
//   /bytes/N          N bytes of a known pattern      /trailers      a body and trailers; request trailers come back in the body
//   /early            an answer before the body       /hints         103 before 200
//   /wait/MS          an answer after a while         /reset         no answer: the stream or connection is reset
//   /blocks/N         N bytes in numbered blocks     /page          HTML whose script fetches /bytes/1000 twenty times
//   /half             half of an answer, then reset   /grpc/N        trailers-only gRPC answer with status N
// Prints the ports as its first line, then one line per request: REQUEST METHOD PATH.
import { createHash } from 'node:crypto';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';

const Chunk = 64 * 1024;
const pattern = Buffer.alloc(Chunk, 'abcdefghijklmnopqrstuvwxyz012345');

async function blocks(total, response) {
  const block = Buffer.alloc(Chunk, 'x');
  response.setHeader('content-length', total);
  for (let left = total, i = 0; left > 0; left -= Chunk, i++) {
    block.writeUInt32BE(i);
    if (!response.write(Buffer.from(left >= Chunk ? block : block.subarray(0, left)))) {
      await new Promise(resume => { response.once('drain', resume); response.once('close', resume); });
      if (response.destroyed) return;
    }
  }
  response.end();
}

const page = `<!doctype html><title>page</title><p id="out">waiting</p><script>
Promise.all(Array.from({ length: 20 }, () => fetch('/bytes/1000').then(r => r.arrayBuffer()))).then(all => {
  document.getElementById('out').textContent = all.every(b => b.byteLength === 1000) ? 'fetched 1000 bytes twenty times' : 'wrong';
});
</script>`;

async function bytes(total, response) {
  response.setHeader('content-length', total);
  for (let left = total; left > 0; left -= Chunk) {
    if (!response.write(left >= Chunk ? pattern : pattern.subarray(0, left))) {
      await new Promise(resume => { response.once('drain', resume); response.once('close', resume); });
      if (response.destroyed) return;
    }
  }
  response.end();
}

function sink(request, response) {
  const hash = createHash('sha256');
  let count = 0;
  request.on('data', data => { count += data.length; hash.update(data); });
  request.on('end', () => json(response, { bytes: count, sha256: hash.digest('hex'), trailers: request.trailers }));
}

function json(response, value) {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function abort(request, response) {
  if (response.stream) response.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
  else request.socket.resetAndDestroy();
}

function answer(request, response) {
  console.log(`REQUEST ${request.method} ${request.url}`);
  request.on('error', () => {});
  response.on('error', () => {});
  const [, first, value] = request.url.split('?')[0].split('/');
  switch (first) {
    case 'echo':
      if (request.headers['content-type']) response.setHeader('content-type', request.headers['content-type']);
      return request.pipe(response);
    case 'sink':
      return sink(request, response);
    case 'bytes':
      return bytes(Number(value), response);
    case 'blocks':
      return blocks(Number(value), response);
    case 'page':
      response.setHeader('content-type', 'text/html');
      return response.end(page);
    case 'status':
      response.statusCode = Number(value);
      return response.end(value === '204' || value === '304' ? undefined : `status ${value}\n`);
    case 'trailers': {
      let body = '';
      request.on('data', data => { body += data; });
      return request.on('end', () => {
        if (!response.stream) response.setHeader('trailer', 'x-after');
        response.write(JSON.stringify({ body, trailers: request.trailers }));
        response.addTrailers({ 'x-after': 'the end' });
        response.end();
      });
    }
    case 'early':
      response.statusCode = 413;
      return response.end('too much\n');
    case 'hints':
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      return response.end('after hints\n');
    case 'wait':
      return setTimeout(() => response.end('waited\n'), Number(value));
    case 'reset':
      return abort(request, response);
    case 'half':
      response.setHeader('content-length', 1000);
      response.write('half');
      return setTimeout(() => abort(request, response), 50);
    case 'grpc':
      response.setHeader('content-type', 'application/grpc');
      response.setHeader('grpc-status', value);
      return response.end();
    default:
      request.resume();
      return json(response, {
        version: request.httpVersion, method: request.method, path: request.url, authority: request.authority ?? '', headers: request.headers,
      });
  }
}

const options = { maxHeaderSize: 256 * 1024 };
const http1 = http.createServer(options, answer);
http1.on('checkContinue', (request, response) => {
  if (request.url === '/refuse') {
    response.statusCode = 417;
    return response.end('no\n');
  }
  response.writeContinue();
  return answer(request, response);
});
http1.keepAliveTimeout = 60_000;
const plain2 = http2.createServer({ maxSessionMemory: 100 }, answer);
const tcp = net.createServer({ allowHalfOpen: true }, socket => { socket.on('error', () => {}); socket.pipe(socket); });
const serverFirst = net.createServer({ allowHalfOpen: true }, socket => {
  socket.on('error', () => {});
  socket.write('hello\n');
  socket.pipe(socket);
});
const resetting = net.createServer(socket => { socket.on('error', () => {}); socket.once('data', () => socket.resetAndDestroy()); });

const servers = { http1, http2: plain2, tcp, serverFirst, resetting };
const ports = {};
for (const [name, server] of Object.entries(servers)) {
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  ports[name] = server.address().port;
}
console.log(JSON.stringify(ports));

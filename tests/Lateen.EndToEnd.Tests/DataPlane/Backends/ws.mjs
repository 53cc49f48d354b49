// WebSocket echo servers: http1 (the usual handshake) and http2 (extended CONNECT, RFC 8441). Prints their ports.
import http from 'node:http';
import http2 from 'node:http2';
import WebSocket, { WebSocketServer } from 'ws';

const options = { noServer: true, maxPayload: 64 * 1024 * 1024 };
const echo = socket => {
  socket.on('message', (data, binary) => socket.send(data, { binary }));
  socket.on('close', code => console.log(`CLOSED ${code}`));
  socket.on('error', () => {});
};

const http1 = http.createServer((request, response) => { response.statusCode = 426; response.end('websocket only\n'); });
const accept = new WebSocketServer(options);
http1.on('upgrade', (request, socket, head) => {
  if (request.url === '/refuse') {
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 3\r\n\r\nno\n');
    return;
  }
  accept.handleUpgrade(request, socket, head, echo);
});

const plain2 = http2.createServer({ settings: { enableConnectProtocol: true } });
plain2.on('stream', (stream, headers) => {
  stream.on('error', () => {});
  if (headers[':method'] !== 'CONNECT' || headers[':protocol'] !== 'websocket' || headers[':path'] === '/refuse') {
    stream.respond({ ':status': headers[':path'] === '/refuse' ? 403 : 426 });
    stream.end('no\n');
    return;
  }
  stream.respond({ ':status': 200 });
  const socket = new WebSocket(null, undefined, { autoPong: true });
  socket._isServer = true;
  socket.setSocket(stream, Buffer.alloc(0), { allowSynchronousEvents: true, maxPayload: options.maxPayload, skipUTF8Validation: false });
  echo(socket);
});

const ports = {};
for (const [name, server] of Object.entries({ http1, http2: plain2 })) {
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  ports[name] = server.address().port;
}
console.log(JSON.stringify(ports));

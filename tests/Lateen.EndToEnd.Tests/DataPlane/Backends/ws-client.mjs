// ws-client.mjs http1|http2 URL: talks to an echo server; prints {status, texts, binary, pong, code}. URL is http: or https:.
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import WebSocket from 'ws';

const [version, url, ca] = process.argv.slice(2);
const tls = ca ? { ca: readFileSync(ca), servername: 'localhost' } : {};

async function open() {
  if (version === 'http1') {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), tls);
    return new Promise(done => {
      socket.on('open', () => done({ status: 101, socket, end: () => {} }));
      socket.on('unexpected-response', (_, response) => { socket.on('error', () => {}); socket.terminate(); done({ status: response.statusCode }); });
      socket.on('error', error => done({ status: -1, error: String(error) }));
    });
  }

  const { origin, pathname } = new URL(url);
  const session = http2.connect(origin, tls);
  session.on('error', () => {});
  await new Promise((done, failed) => { session.once('remoteSettings', done); session.once('error', failed); });
  const stream = session.request({
    ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':authority': new URL(url).host, ':path': pathname,
    'sec-websocket-version': '13',
  });
  stream.on('error', () => {});
  const headers = await new Promise(done => { stream.once('response', done); stream.once('error', error => done({ ':status': -1, error })); });
  if (headers[':status'] !== 200) {
    session.destroy();
    return { status: headers[':status'] };
  }
  const socket = new WebSocket(null, undefined, { autoPong: true });
  socket._isServer = false;
  socket.setSocket(stream, Buffer.alloc(0), { allowSynchronousEvents: true, maxPayload: 64 * 1024 * 1024, skipUTF8Validation: false });
  return { status: 200, socket, end: () => session.close() };
}

const { status, socket, end, error } = await open();
const result = { status, error };
if (socket) {
  const answer = () => new Promise(done => socket.once('message', data => done(data)));
  socket.on('error', () => {});
  const texts = [];
  for (const text of ['one', 'two', 'ü']) {
    const got = answer();
    socket.send(text);
    texts.push((await got).toString());
  }
  const large = Buffer.alloc(1024 * 1024);
  for (let i = 0; i < large.length; i++) large[i] = i % 251;
  const got = answer();
  socket.send(large);
  result.texts = texts;
  result.binary = Buffer.compare(await got, large) === 0;
  const pong = new Promise(done => socket.once('pong', data => done(data.toString())));
  socket.ping('are you there');
  result.pong = await pong;
  const closed = new Promise(done => socket.once('close', done));
  socket.close(4001, 'bye');
  result.code = await closed;
  end();
}
console.log(JSON.stringify(result));

// connect-client.mjs http1|http2 PORT AUTHORITY: opens a tunnel by CONNECT, says "ping", ends, and prints {status, text}.
import http from 'node:http';
import http2 from 'node:http2';

const [version, port, authority] = process.argv.slice(2);
const collect = stream => new Promise(done => {
  let text = '';
  stream.on('data', data => { text += data; });
  stream.on('end', () => done(text));
  stream.on('error', error => done(`error ${error.code}`));
});
const finish = (status, text) => { console.log(JSON.stringify({ status, text })); process.exit(0); };

if (version === 'http1') {
  const request = http.request({ host: '127.0.0.1', port, method: 'CONNECT', path: authority });
  request.on('connect', async (response, socket) => {
    if (response.statusCode !== 200) finish(response.statusCode, '');
    socket.allowHalfOpen = true;
    const text = collect(socket);
    socket.end('ping');
    finish(response.statusCode, await text);
  });
  request.end();
} else {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':method': 'CONNECT', ':authority': authority });
  stream.on('response', async headers => {
    if (headers[':status'] !== 200) finish(headers[':status'], '');
    const text = collect(stream);
    stream.end('ping');
    finish(headers[':status'], await text);
  });
  stream.on('error', error => finish(-1, String(error)));
}

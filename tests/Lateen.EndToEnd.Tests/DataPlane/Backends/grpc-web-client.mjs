// grpc-web-client.mjs binary|text URL: a unary call and a failing one in gRPC-Web with plain fetch; prints JSON.
const [kind, url] = process.argv.slice(2);
const text = kind === 'text';
const type = text ? 'application/grpc-web-text+proto' : 'application/grpc-web+proto';

const frame = data => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(data.length, 1);
  return Buffer.concat([head, data]);
};

// Each padded group stands for itself.
const decode = body => Buffer.concat(body.match(/[^=]+=*/g)?.map(part => Buffer.from(part, 'base64')) ?? []);

async function call(method, message) {
  const body = frame(message);
  const response = await fetch(`${url}/test.Echo/${method}`, {
    method: 'POST', headers: { 'content-type': type, 'x-grpc-web': '1' }, body: text ? body.toString('base64') : body,
  });
  const raw = Buffer.from(await response.arrayBuffer());
  const bytes = text ? decode(raw.toString()) : raw;
  const result = { http: response.status, type: response.headers.get('content-type'), message: '', trailers: response.headers.get('grpc-status') ?? '' };
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at + 1);
    const part = bytes.subarray(at + 5, at + 5 + length);
    if (bytes[at] & 0x80) result.trailers = part.toString();
    else result.message += part.toString();
    at += 5 + length;
  }
  return result;
}

console.log(JSON.stringify({ ok: await call('Unary', Buffer.from('hello, wörld')), failed: await call('Fail', Buffer.from('x')) }));

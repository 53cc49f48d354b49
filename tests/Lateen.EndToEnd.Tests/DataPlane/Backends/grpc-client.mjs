// grpc-client.mjs ADDRESS [CA.pem]: every kind of call against grpc.mjs; prints one JSON object with what came back.
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';

const [address, ca] = process.argv.slice(2);
const credentials = ca ? grpc.credentials.createSsl(readFileSync(ca)) : grpc.credentials.createInsecure();
const client = new grpc.Client(address, credentials, {
  'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1, 'grpc.ssl_target_name_override': 'localhost',
});
const same = value => value;
const path = name => `/test.Echo/${name}`;
const unary = (name, message, metadata = new grpc.Metadata(), options = {}) => new Promise(done => {
  let trailers = {};
  const call = client.makeUnaryRequest(path(name), same, same, message, metadata, options, (error, value) =>
    setImmediate(() => done({ code: error?.code ?? 0, details: error?.details ?? '', length: value?.length ?? -1, value, trailers })));
  call.on('status', status => { trailers = status.metadata.getMap(); });
  if (options.cancelAfter) setTimeout(() => call.cancel(), options.cancelAfter);
});

const result = {};
const big = Buffer.alloc(4 * 1024 * 1024);
for (let i = 0; i < big.length; i++) big[i] = i % 251;

const small = await unary('Unary', Buffer.from('hello'));
result.unary = [small.code, small.value?.toString(), small.trailers['x-trailer']];
const large = await unary('Unary', big);
result.large = [large.code, large.value ? Buffer.compare(large.value, big) : -1];
const failed = await unary('Fail', Buffer.from('x'));
result.failed = [failed.code, failed.details];
const started = Date.now();
const late = await unary('Slow', Buffer.from('x'), new grpc.Metadata(), { deadline: Date.now() + 300 });
result.deadline = [late.code, Date.now() - started < 2500];
const cancelled = await unary('Slow', Buffer.from('x'), new grpc.Metadata(), { cancelAfter: 200 });
result.cancelled = cancelled.code;

result.clientStream = await new Promise(done => {
  const call = client.makeClientStreamRequest(path('ClientStream'), same, same, new grpc.Metadata(), (error, value) =>
    done([error?.code ?? 0, value?.toString()]));
  for (let i = 0; i < 100; i++) call.write(Buffer.alloc(10_000));
  call.end();
});

result.serverStream = await new Promise(done => {
  const message = Buffer.alloc(20_000, 100);
  let count = 0;
  let bytes = 0;
  const call = client.makeServerStreamRequest(path('ServerStream'), same, same, message, new grpc.Metadata());
  call.on('data', data => { count++; bytes += data.length; });
  call.on('error', () => {});
  call.on('status', status => done([status.code, count, bytes]));
});

result.bidi = await new Promise(done => {
  const call = client.makeBidiStreamRequest(path('Bidi'), same, same, new grpc.Metadata());
  const got = [];
  call.on('data', data => {
    got.push(data.toString());
    if (got.length < 50) call.write(Buffer.from(`m${got.length}`));
    else call.end();
  });
  call.on('error', () => {});
  call.on('status', status => done([status.code, got.length, got[49]]));
  call.write(Buffer.from('m0'));
});

result.bidiCancelled = await new Promise(done => {
  const call = client.makeBidiStreamRequest(path('Bidi'), same, same, new grpc.Metadata());
  call.on('data', () => call.cancel());
  call.on('error', () => {});
  call.on('status', status => done(status.code));
  call.write(Buffer.from('one'));
});

const many = await Promise.all(Array.from({ length: 200 }, (_, i) => unary('Unary', Buffer.from(`call ${i}`))));
result.many = many.filter((one, i) => one.code === 0 && one.value.toString() === `call ${i}`).length;
console.log(JSON.stringify(result));
client.close();

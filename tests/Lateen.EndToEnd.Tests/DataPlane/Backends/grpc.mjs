// A gRPC server without .proto files: messages are bytes. Service /test.Echo/: Unary, ClientStream (sum of lengths), ServerStream (the
// message, as often as its first byte says), Bidi (each message back), Slow (answers after 5 s), Fail (status 9 with a message).
// Prints {"grpc": PORT}, then a line for each call that was cancelled.
import grpc from '@grpc/grpc-js';

const same = value => value;
const method = (path, requestStream, responseStream) => ({
  path: `/test.Echo/${path}`, requestStream, responseStream,
  requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same,
});
export const service = {
  Unary: method('Unary', false, false),
  ClientStream: method('ClientStream', true, false),
  ServerStream: method('ServerStream', false, true),
  Bidi: method('Bidi', true, true),
  Slow: method('Slow', false, false),
  Fail: method('Fail', false, false),
};

const note = name => call => call.on('cancelled', () => console.log(`CANCELLED ${name}`));

const handlers = {
  Unary(call, done) {
    const trailers = new grpc.Metadata();
    trailers.set('x-trailer', 'unary');
    call.sendMetadata(call.metadata);
    done(null, call.request, trailers);
  },
  ClientStream(call, done) {
    let total = 0;
    call.on('data', data => { total += data.length; });
    call.on('end', () => done(null, Buffer.from(String(total))));
  },
  async ServerStream(call) {
    note('ServerStream')(call);
    for (let i = 0; i < call.request[0] && !call.cancelled; i++) {
      if (!call.write(call.request)) await new Promise(resume => { call.once('drain', resume); call.once('cancelled', resume); });
    }
    call.end();
  },
  Bidi(call) {
    note('Bidi')(call);
    call.on('data', data => call.write(data));
    call.on('end', () => call.end());
  },
  Slow(call, done) {
    note('Slow')(call);
    setTimeout(() => done(null, call.request), 5000);
  },
  Fail(call, done) {
    done({ code: grpc.status.FAILED_PRECONDITION, details: 'ümlaut 100%' });
  },
};

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
server.addService(service, handlers);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(JSON.stringify({ grpc: port }));
});

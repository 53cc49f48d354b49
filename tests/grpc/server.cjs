// Usage: node server.cjs NAME@ADDRESS[:PORT] ...: one gRPC server each; /lateen.Echo/Who answers with the server's name.
// A missing port is chosen by the system for the first server and taken by the others; it is printed once all listen.
const grpc = require('@grpc/grpc-js');

const bytes = { requestSerialize: (s) => Buffer.from(s), requestDeserialize: (b) => b.toString(),
  responseSerialize: (s) => Buffer.from(s), responseDeserialize: (b) => b.toString() };
const service = { who: { path: '/lateen.Echo/Who', requestStream: false, responseStream: false, ...bytes } };

function listen(name, address, port) {
  const server = new grpc.Server();
  server.addService(service, { who: (call, done) => done(null, name) });
  return new Promise((resolve, reject) => server.bindAsync(`${address}:${port}`, grpc.ServerCredentials.createInsecure(),
    (error, bound) => (error ? reject(error) : resolve(bound))));
}

(async () => {
  let port = 0;
  for (const argument of process.argv.slice(2)) {
    const [name, where] = argument.split('@');
    const [address, given] = where.split(':');
    port = await listen(name, address, given ?? port);
  }
  console.log(port);
})();

// Usage: node client.cjs TARGET CALLS [KEY=VALUE ...]: dials the target, calls /lateen.Echo/Who and prints how often each answer came.
const grpc = require('@grpc/grpc-js');
require('@grpc/grpc-js-xds').register();

const [target, calls, ...headers] = process.argv.slice(2);
const client = new grpc.Client(target, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
headers.map((each) => each.split('=')).forEach(([key, value]) => metadata.set(key, value));

const call = () => new Promise((resolve) => client.makeUnaryRequest('/lateen.Echo/Who', (s) => Buffer.from(s), (b) => b.toString(),
  'hello', metadata, { deadline: Date.now() + 20000 },
  (error, answer) => resolve(error ? `${grpc.status[error.code]}: ${error.details}` : answer)));

(async () => {
  const counts = {};
  for (let i = 0; i < Number(calls); i++) {
    const answer = await call();
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  console.log(JSON.stringify(counts));
  process.exit(0);
})();

// `bench/run soak [SECONDS]` (600): full load on the shipped proxy while its configuration changes every second. Fails when a request fails,
// a configuration is rejected, or the proxy has grown by more than 5 % since a fifth of the time.
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as config from './lateen.mjs';
import { wrk } from './generators.mjs';
import { Workspace, backend, lateen, stop, stopAll } from './programs.mjs';
import { freePort, residentKiB } from './system.mjs';
import { median } from './table.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const seconds = Number(process.argv[2] ?? 600);
const allowedGrowth = 1.05;

/** The xDS server; what it is told, the proxy gets. */
async function discovery(port) {
  const child = spawn('taskset', ['-c', '1', join(root, 'artifacts/bench/scale/Lateen.Scale'), 'discovery', String(port)],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    publish: (type, resources) => child.stdin.write(`${JSON.stringify({ type, resources })}\n`),
    rejections: async () => {
      child.stdin.end();
      return Number((await lines.next()).value);
    },
    child,
  };
}

/** What changes in second n: routes and weights always, endpoints, clusters and a listener of their own now and then. */
function change(xds, ports, n) {
  xds.publish('envoy.config.route.v3.RouteConfiguration', [config.routeTable('bench', { weight: 10 + (n % 80), timeout: `${10 + (n % 5)}s` })]);
  if (n % 2 === 0) {
    const order = n % 4 === 0 ? [ports.BACKEND_A, ports.BACKEND_B] : [ports.BACKEND_B];
    xds.publish('envoy.config.endpoint.v3.ClusterLoadAssignment', [config.endpoints('reviews-v2', order)]);
  }

  if (n % 5 === 0) {
    xds.publish('envoy.config.cluster.v3.Cluster', [config.dynamicCluster('reviews-v1', { connect_timeout: `${5 + (n % 3)}s` })]);
  }

  if (n % 7 === 0) {
    xds.publish('envoy.config.listener.v3.Listener', [config.listener('other', ports.OTHER, { network: [config.rds(n % 2 === 0 ? 'even' : 'odd')] })]);
  }
}

async function main() {
  const workspace = new Workspace(root, join(root, 'artifacts/bench/work'));
  const behind = await backend(workspace);
  const port = await freePort();
  const xds = await discovery(port);
  behind.ports.OTHER = await freePort();
  const clusters = ['other', 'reviews-v1', 'reviews-v2'];
  xds.publish('envoy.config.cluster.v3.Cluster', clusters.map((name) => config.dynamicCluster(name)));
  xds.publish('envoy.config.endpoint.v3.ClusterLoadAssignment', clusters.map((name) => config.endpoints(name, [behind.ports.BACKEND_A])));
  xds.publish('envoy.config.route.v3.RouteConfiguration', [config.routeTable('bench')]);

  const proxy = await lateen(workspace, 'soak', behind, (ports) => {
    xds.publish('envoy.config.listener.v3.Listener', [config.listener('plain', ports.PLAIN, { network: [config.rds('bench')] })]);
    return config.dynamic(ports, port);
  });

  const samples = [];
  const started = Date.now();
  const load = wrk({ port: proxy.ports.PLAIN, connections: 64, seconds });
  let ended = false;
  load.finally(() => { ended = true; }).catch(() => {});
  for (let n = 1; !ended; n++) {
    change(xds, behind.ports, n);
    samples.push({ second: (Date.now() - started) / 1000, rssKiB: residentKiB(proxy.child.pid) });
    if (n % 30 === 0) {
      console.log(`  ${n} s: ${(samples.at(-1).rssKiB / 1024).toFixed(1)} MB`);
    }

    await sleep(Math.max(0, started + n * 1000 - Date.now()));
  }

  const result = await load;
  const around = (from, to) => median(samples.filter((s) => s.second >= from && s.second < to).map((s) => s.rssKiB));
  const early = around(seconds * 0.2, seconds * 0.2 + Math.max(5, seconds / 60));
  const late = around(seconds - Math.max(5, seconds / 60), seconds + 2);
  await stop(proxy.child);
  const rejections = await xds.rejections();
  await stop(xds.child);
  workspace.write('../soak.json', { seconds, result, samples, early, late, rejections });

  console.log(`${result.requests} requests, ${result.failed} failed; ${samples.length} changes, ${rejections} rejected; `
    + `p50 ${result.p50.toFixed(0)} µs, p99 ${result.p99.toFixed(0)} µs`);
  console.log(`RSS ${(early / 1024).toFixed(1)} MB after a fifth of the time, ${(late / 1024).toFixed(1)} MB at the end: × ${(late / early).toFixed(3)}`);
  if (result.failed > 0 || rejections > 0 || !(late <= early * allowedGrowth)) {
    throw new Error('the soak failed');
  }
}

try {
  await main();
} catch (error) {
  console.error(`soak: ${error.message}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}

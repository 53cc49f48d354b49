// The rows of the table: who is measured, by which load, and what the design promises of it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as config from './lateen.mjs';
import { wrk } from './generators.mjs';

/** Our variants by name. */
export const lateens = {
  'lateen epoll': { configure: config.plain, flags: (has) => (has('--loop') ? ['--loop', 'epoll'] : []) },
  'lateen io_uring': { configure: config.plain, flags: () => ['--loop', 'io_uring'] },
};

let help;
export const has = (workspace, flag) => (help ??= execFileSync(join(workspace.root, 'artifacts/bin/lateen-proxy'), ['--help'], { encoding: 'utf8' })).includes(flag);

const better = (results, peers, pick) => Math.min(...peers.filter((p) => results[p]).map((p) => pick(results[p])));

/** "so many times less CPU than the better peer", for each of our variants. */
function ratios(row, results, peers, targets) {
  return Object.entries(targets).filter(([name]) => results[name]).map(([name, target]) => {
    const ratio = better(results, peers, (r) => r.cpu) / results[name].cpu;
    return { what: `${row}, ${name}: less CPU per request`, target: `≥ ${target} ×`, figure: `${ratio.toFixed(2)} ×`, met: ratio >= target };
  });
}

const noWorseP99 = (row, results, peers, name) => {
  const p99 = better(results, peers, (r) => r.p99);
  return { what: `${row}, ${name}: p99`, target: `≤ ${p99.toFixed(0)} µs`, figure: `${results[name].p99.toFixed(0)} µs`, met: results[name].p99 <= p99 };
};

const loops = (workspace) => (has(workspace, '--loop') ? ['lateen epoll', 'lateen io_uring'] : ['lateen epoll']);
const web = ['nginx', 'haproxy'];

export const rows = [
  {
    name: 'h1',
    title: 'HTTP/1.1, 64 connections, 1 KB',
    proxies: (workspace) => [...loops(workspace), ...web],
    load: (proxy, seconds) => wrk({ port: proxy.ports.PLAIN, connections: 64, seconds }),
    verdicts: (results) => [
      ...ratios('HTTP/1.1, 64 connections', results, web, { 'lateen epoll': 1.3, 'lateen io_uring': 1.5 }),
      ...Object.keys(results).filter((n) => n.startsWith('lateen')).map((n) => noWorseP99('HTTP/1.1, 64 connections', results, web, n)),
    ],
  },
  {
    name: 'h1-1000',
    title: 'HTTP/1.1, 1,000 connections, 1 KB',
    proxies: (workspace) => [...loops(workspace), ...web],
    load: (proxy, seconds) => wrk({ port: proxy.ports.PLAIN, connections: 1000, seconds }),
    verdicts: (results) => ratios('HTTP/1.1, 1,000 connections', results, web, { 'lateen epoll': 2, 'lateen io_uring': 2 }),
  },
];

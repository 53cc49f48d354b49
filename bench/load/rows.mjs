// The rows of the table: who is measured, by which load, and what the design promises of it.
import * as config from './lateen.mjs';
import { h2load } from './generators.mjs';
import { median } from './table.mjs';

const webServers = ['nginx', 'haproxy'];
const withHttp2 = [...webServers, 'nghttpx'];
const loops = ['lateen epoll', 'lateen io_uring'];

/** Measured beside the others but no peer: it hands bytes on without a look at them. */
const floor = 'relay';

/** Our variants by name: what they run with. */
export const lateens = {
  'lateen epoll': { configure: config.plain, flags: ['--loop', 'epoll'] },
  'lateen io_uring': { configure: config.plain, flags: ['--loop', 'io_uring'] },
  'lateen sidecar': { configure: config.sidecar, flags: ['--loop', 'io_uring'] },
};

/** Two of ours in a row: how the first speaks to the second. */
export const pairs = {
  'pooled HTTP/1.1': { multiplexed: false, secure: false },
  'HTTP/2': { multiplexed: true, secure: false },
  'pooled HTTP/1.1, mTLS': { multiplexed: false, secure: true },
  'HTTP/2, mTLS': { multiplexed: true, secure: true },
};

const byMedian = (slices, names, pick) => names.filter((n) => slices[n]).sort((a, b) => median(slices[a].map(pick)) - median(slices[b].map(pick)))[0];
const cpu = (slice) => slice.cpu / slice.requests;

/** How many times less CPU than the better peer: the middle of the ratios of slices of one round, which have the same neighbours. */
function ratio(what, target, slices, name, peers) {
  const peer = byMedian(slices, peers, cpu);
  const times = median(slices[name].map((slice, round) => cpu(slices[peer][round]) / cpu(slice)));
  return { what: `${what}, ${name}`, target: `≥ ${target} × ${peer}`, figure: `${times.toFixed(2)} ×`, met: times >= target };
}

const ratios = (what, peers, targets) => (slices) =>
  Object.entries(targets).filter(([name]) => slices[name]).map(([name, target]) => ratio(what, target, slices, name, peers));

function tail(what, slices, name, peers) {
  const p99 = (n) => median(slices[n].map((s) => s.p99));
  const best = Math.min(...peers.map(p99));
  return { what: `${what}, ${name}: p99`, target: `≤ ${best.toFixed(0)} µs`, figure: `${p99(name).toFixed(0)} µs`, met: p99(name) <= best };
}

/** One request under way on each connection, or so many requests a second. */
const http1 = (connections, rate = 0) => (proxy, seconds, workspace) => workspace.behind.run({ port: proxy.ports.PLAIN, connections, seconds, rate });
const https = (tls) => (proxy, seconds, workspace) => workspace.behind.run({ port: proxy.ports.TLS, connections: 64, seconds, tls: tls(proxy) });
const [anonymous, known] = [1, 2];
const http2 = (secure) => (proxy, seconds, workspace) => h2load({
  port: secure ? proxy.ports.TLS : proxy.ports.PLAIN_H2, secure, connections: 16, streams: 16, seconds, log: `${workspace.directory}/h2load.log`,
});

export const rows = [
  {
    name: 'h1',
    title: 'HTTP/1.1, 64 connections, 1 KB',
    proxies: [...loops, ...webServers, floor],
    load: http1(64),
    verdicts: (slices) => [
      ...ratios('HTTP/1.1, 64 connections', webServers, { 'lateen io_uring': 1.5, 'lateen epoll': 1.3 })(slices),
      ...loops.map((name) => tail('HTTP/1.1, 64 connections', slices, name, webServers)),
    ],
  },
  {
    name: 'h1-1000',
    title: 'HTTP/1.1, 1,000 connections, 1 KB',
    proxies: [...loops, ...webServers, floor],
    load: http1(1000),
    verdicts: ratios('HTTP/1.1, 1,000 connections', webServers, { 'lateen io_uring': 2, 'lateen epoll': 2 }),
  },
  {
    name: 'tls',
    title: 'TLS 1.3 terminated, HTTP/1.1, 64 connections',
    proxies: [...loops, ...webServers],
    load: https(() => anonymous),
    verdicts: ratios('TLS 1.3 terminated, HTTP/1.1', webServers, { 'lateen io_uring': 1.5, 'lateen epoll': 1.5 }),
  },
  {
    name: 'h2',
    title: 'HTTP/2 in, HTTP/1.1 out, 16 connections × 16 streams',
    proxies: [...loops, ...withHttp2],
    load: http2(false),
    verdicts: ratios('HTTP/2 in, HTTP/1.1 out', withHttp2, { 'lateen io_uring': 1.3, 'lateen epoll': 1.3 }),
  },
  {
    name: 'h2-tls',
    title: 'HTTP/2 with TLS 1.3 in, HTTP/1.1 out, 16 connections × 16 streams',
    proxies: ['lateen io_uring', ...withHttp2],
    load: http2(true),
    verdicts: () => [],
  },
  {
    name: 'sidecar',
    title: 'Sidecar work with mTLS in (routes, peer metadata, Istio metrics; no RBAC, no tracing yet) beside the bare peers with TLS',
    proxies: ['lateen sidecar', ...webServers],
    load: https((proxy) => (proxy.name === 'lateen sidecar' ? known : anonymous)),
    verdicts: ratios('sidecar work with mTLS in', webServers, { 'lateen sidecar': 1.2 }),
  },
  ...[
    { name: 'pair', how: '64 connections', load: http1(64) },
    { name: 'pair-8', how: '8 connections', load: http1(8) },
    { name: 'pair-rate', how: '8,000 requests a second', load: http1(64, 8000) },
  ].map(({ name, how, load }) => ({ name, title: `Proxy to proxy, ${how}; CPU of both`, proxies: Object.keys(pairs), load, verdicts: () => [] })),
];

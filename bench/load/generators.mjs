// The load generators besides generator.c, always for a bounded time: h2load for HTTP/2, wrk for the soak. Each returns requests, failures and latencies.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { LOAD_CORE } from './system.mjs';
import { quantile } from './table.mjs';

// Seven headers with the generators' own Host, as a browser behind a page would send.
const headers = [
  'user-agent: bench/1.0 (X11; Linux x86_64)',
  'accept: text/html,application/json;q=0.9,*/*;q=0.8',
  'accept-encoding: gzip, deflate, br',
  'accept-language: en-US,en;q=0.5',
  'cookie: session=ZjQ1ODk3YTItMWE0Yi00',
  'end-user: anna',
];

const path = '/reviews/0';

/** The same request as bytes, for generator.c. */
export const requestText = [`GET ${path} HTTP/1.1`, 'host: 127.0.0.1', ...headers, '', ''].join('\r\n');

async function run(command, args, seconds) {
  const child = spawn('taskset', ['-c', LOAD_CORE, command, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (data) => { out += data; });
  child.stderr.on('data', (data) => { out += data; });
  const limit = setTimeout(() => child.kill('SIGKILL'), (seconds + 10) * 1000);
  const code = await new Promise((done) => child.on('exit', done));
  clearTimeout(limit);
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${out}`);
  }

  return out;
}

const units = { us: 1, ms: 1000, s: 1e6, m: 6e7 };
const micros = (text) => {
  const [, value, unit] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? [];
  return value === undefined ? NaN : Number(value) * units[unit];
};

const number = (out, pattern) => Number(pattern.exec(out)?.[1] ?? 0);

/** HTTP/1.1 with kept-alive connections. */
export async function wrk({ port, connections, seconds }) {
  const url = `http://127.0.0.1:${port}${path}`;
  const out = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '5s', ...headers.flatMap((h) => ['-H', h]), url], seconds);
  const failed = [...out.matchAll(/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/g)]
    .flatMap((m) => m.slice(1).map(Number)).reduce((a, b) => a + b, 0) + number(out, /Non-2xx or 3xx responses: (\d+)/);
  return {
    requests: number(out, /(\d+) requests in/),
    failed,
    p50: micros(/^ +50% +(\S+)/m.exec(out)?.[1] ?? ''),
    p99: micros(/^ +99% +(\S+)/m.exec(out)?.[1] ?? ''),
  };
}

/** HTTP/2, by prior knowledge or ALPN: so many streams at a time on each connection. */
export async function h2load({ port, secure = false, connections, streams, seconds, log }) {
  const url = `${secure ? 'https' : 'http'}://127.0.0.1:${port}${path}`;
  const out = await run('h2load', ['-t1', `-c${connections}`, `-m${streams}`, '-D', `${seconds}`, `--log-file=${log}`, ...headers.flatMap((h) => ['-H', h]), url], seconds);

  // A line of the log: when, status, microseconds.
  const times = readFileSync(log, 'latin1').split('\n').filter(Boolean).map((line) => Number(line.split('\t')[2]));
  rmSync(log);
  return {
    requests: number(out, /status codes: (\d+) 2xx/),
    failed: number(out, /(\d+) failed/) + number(out, /(\d+) timeout/),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

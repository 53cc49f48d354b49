// Starts what is measured and what it is measured against. Proxies run on core 0; the backend and the generators on core 1.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as config from './lateen.mjs';
import { requestText } from './generators.mjs';
import { LOAD_CORE, PROXY_CORE, freePort, listening } from './system.mjs';

const BODY_BYTES = 1024;

const running = new Set();

/** Starts a program on a core; what it says goes to the bench's standard error. */
export function start(core, command, args, stdio = ['ignore', 'ignore', 'inherit']) {
  const child = spawn('taskset', ['-c', core, command, ...args], { stdio });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

export async function stop(child) {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((done) => {
      child.on('exit', done);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 3000).unref();
    });
  }
}

export const stopAll = () => Promise.all([...running].map(stop));

/** The directory of one run: configurations with their ports filled in, certificates, raw figures. */
export class Workspace {
  constructor(root, directory) {
    this.root = root;
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    this.values = { DIR: directory, CERT: join(directory, 'cert.pem'), KEY: join(directory, 'key.pem'), PEM: join(directory, 'both.pem') };
  }

  /** Writes a committed configuration with its @NAMES@ replaced. */
  fill(name, values) {
    const text = readFileSync(join(this.root, 'bench/load/configs', name), 'utf8');
    const path = join(this.directory, name);
    const all = { ...this.values, ...values };
    writeFileSync(path, text.replace(/@([A-Z0-9_]+)@/g, (_, key) => {
      if (all[key] === undefined) {
        throw new Error(`${name}: nobody gives @${key}@ a value`);
      }

      return all[key];
    }));
    return path;
  }

  write(name, content) {
    const path = join(this.directory, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
    return path;
  }
}

const somePorts = async (...names) => Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));

/** What every proxy talks to, two ports that answer 1 KB each; it is the HTTP/1.1 client too (generator.c says why). */
export async function backend(workspace) {
  certify(workspace);
  const ports = await somePorts('BACKEND_A', 'BACKEND_B');
  const program = compile(workspace, 'generator.c', 'generator', ['-O2', '-l:libssl.so.3', '-l:libcrypto.so.3']);
  const args = [String(ports.BACKEND_A), String(ports.BACKEND_B), workspace.write('request.txt', requestText), String(BODY_BYTES),
    workspace.values.CERT, workspace.values.KEY];
  const child = start(LOAD_CORE, program, args, ['pipe', 'pipe', 'inherit']);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await listening(ports.BACKEND_A);
  const run = async ({ port, connections, seconds, rate = 0, tls = 0 }) => {
    child.stdin.write(`run ${port} ${connections} ${seconds * 1000} ${rate} ${tls}\n`);
    return JSON.parse((await answers.next()).value);
  };
  return { name: 'backend', child, ports, run };
}

// One certificate for everybody: servers and, in mutual TLS, clients.
function certify(workspace) {
  const { CERT, KEY } = workspace.values;
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj',
    '/CN=bench', '-keyout', KEY, '-out', CERT], { stdio: 'ignore' });
  workspace.write('both.pem', readFileSync(CERT, 'utf8') + readFileSync(KEY, 'utf8'));
}

function compile(workspace, source, name, flags) {
  const program = join(workspace.directory, name);
  execFileSync('gcc', ['-o', program, join(workspace.root, 'bench/load', source), ...flags]);
  return program;
}

const peers = {
  nginx: (config) => ['nginx', ['-c', config, '-g', 'daemon off;']],
  haproxy: (config) => ['haproxy', ['-db', '-f', config]],
  nghttpx: (config) => ['nghttpx', [`--conf=${config}`]],
};

/** What no proxy can go below: bytes handed on unread (relay.c). */
export async function relay(workspace, behind) {
  const ports = { ...behind.ports, ...await somePorts('PLAIN') };
  const child = start(PROXY_CORE, compile(workspace, 'relay.c', 'relay', ['-O2']), [String(ports.PLAIN), String(ports.BACKEND_A)]);
  await listening(ports.PLAIN);
  return { name: 'relay', child, ports };
}

/** nginx, haproxy or nghttpx with its committed configuration. */
export async function peer(workspace, name, behind) {
  const file = { nginx: 'nginx.conf', haproxy: 'haproxy.cfg', nghttpx: 'nghttpx.conf' }[name];
  const ports = { ...behind.ports, ...await somePorts('PLAIN', 'PLAIN_H2', 'TLS') };
  const child = start(PROXY_CORE, ...peers[name](workspace.fill(file, ports)));
  await listening(ports.PLAIN_H2);
  return { name, child, ports };
}

/** The shipped lateen-proxy with one worker; `configure` makes the bootstrap from the ports. */
export async function lateen(workspace, name, behind, configure, flags = []) {
  const binary = join(workspace.root, 'artifacts/bin/lateen-proxy');
  if (!existsSync(binary)) {
    throw new Error(`${binary} is missing: run make build first`);
  }

  const ports = { ...behind.ports, ...await somePorts('ADMIN', 'PLAIN', 'TLS') };
  const config = workspace.write(`${name.replace(/[^a-z0-9]+/g, '-')}.json`, configure({ ...ports, ...workspace.values }));
  const child = start(PROXY_CORE, binary, ['-c', config, '--concurrency', '1', '--log-level', 'warning', ...flags]);
  await listening(ports.PLAIN);
  return { name, child, ports: { ...ports, PLAIN_H2: ports.PLAIN } };
}

/** Two of ours in a row, both on the proxies' core; what they cost is counted together. */
export async function pair(workspace, name, behind, how, flags) {
  const second = await lateen(workspace, `${name} second`, behind, config.sidecar, flags);
  const first = await lateen(workspace, `${name} first`, behind, (ports) => config.first(ports, second.ports, how), flags);
  return { ...first, name, also: [second.child] };
}

/** Milliseconds from the start of the program to an open port of its configuration. */
export async function startTime(workspace, behind) {
  const ports = { ...behind.ports, ...await somePorts('ADMIN', 'PLAIN', 'TLS') };
  const file = workspace.write('start.json', config.plain({ ...ports, ...workspace.values }));
  const from = performance.now();
  const child = start(PROXY_CORE, join(workspace.root, 'artifacts/bin/lateen-proxy'), ['-c', file, '--concurrency', '1', '--log-level', 'warning']);
  await listening(ports.PLAIN, 10_000, 1);
  const took = performance.now() - from;
  await stop(child);
  return took;
}

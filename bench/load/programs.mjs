// Starts what is measured and what it is measured against. Proxies run on core 0; the backend and the generators on core 1.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, listening } from './system.mjs';

const PROXY_CORE = '0';
export const LOAD_CORE = '1';

const running = new Set();

/** Starts a program on a core; what it says goes to the bench's standard error. */
export function start(core, command, args) {
  const child = spawn('taskset', ['-c', core, command, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
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
    this.values = { DIR: directory, BODY: 'x'.repeat(1024), CERT: join(directory, 'cert.pem'), KEY: join(directory, 'key.pem'), PEM: join(directory, 'both.pem') };
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

export async function backend(workspace) {
  const ports = await somePorts('BACKEND_A', 'BACKEND_B');
  const child = start(LOAD_CORE, 'nginx', ['-c', workspace.fill('backend.conf', ports), '-g', 'daemon off;']);
  await listening(ports.BACKEND_A);
  return { name: 'backend', child, ports };
}

const peers = {
  nginx: (config) => ['nginx', ['-c', config, '-g', 'daemon off;']],
  haproxy: (config) => ['haproxy', ['-db', '-f', config]],
  nghttpx: (config) => ['nghttpx', [`--conf=${config}`]],
};

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

// What the kernel knows: CPU time of a process tree, resident memory, how busy each core was, free ports.
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const PROXY_CORE = '0';
export const LOAD_CORE = '1';

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // a process or thread that ended meanwhile
  }
};

const list = (path) => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/** A process and all below it. */
export function tree(pid) {
  const children = list(`/proc/${pid}/task`).flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean));
  return [pid, ...children.flatMap((child) => tree(Number(child)))];
}

/** Run time of all threads of the tree by the scheduler's account, in microseconds. */
export function cpuMicros(pid) {
  let nanos = 0n;
  for (const process of tree(pid)) {
    for (const task of list(`/proc/${process}/task`)) {
      nanos += BigInt(read(`/proc/${process}/task/${task}/schedstat`).split(' ')[0] || 0);
    }
  }

  return Number(nanos / 1000n);
}

/** Time of the process itself in user and in kernel mode, in ticks of 10 ms, for the split only. */
export function userAndSystem(pid) {
  return tree(pid).reduce(([user, system], process) => {
    const fields = read(`/proc/${process}/stat`).split(') ').at(-1).split(' ');
    return [user + Number(fields[11] || 0), system + Number(fields[12] || 0)];
  }, [0, 0]);
}

/** Resident memory of the tree in KiB. */
export function residentKiB(pid) {
  return tree(pid).reduce((sum, process) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${process}/status`))?.[1] ?? 0), 0);
}

/** For each core: busy and total ticks since boot. */
export function cores() {
  return [...read('/proc/stat').matchAll(/^cpu\d+ (.*)$/gm)].map(([, line]) => {
    const ticks = line.split(' ').map(Number);
    const total = ticks.slice(0, 8).reduce((a, b) => a + b, 0);
    return { busy: total - ticks[3] - ticks[4], total };
  });
}

export const busyShare = (before, after) =>
  after.map((core, i) => (core.busy - before[i].busy) / Math.max(1, core.total - before[i].total));

export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits until somebody listens. */
export async function listening(port, milliseconds = 10_000, step = 20) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const open = await new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(true); });
      socket.on('error', () => done(false));
    });
    if (open) {
      return;
    }

    if (Date.now() > end) {
      throw new Error(`nobody listens on port ${port} after ${milliseconds / 1000} s`);
    }

    await sleep(step);
  }
}

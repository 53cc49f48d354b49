// What is not measured per request: memory and the time to start.
import { setTimeout as sleep } from 'node:timers/promises';
import { idleCost } from './idle.mjs';
import * as config from './lateen.mjs';
import { lateen, startTime, stop } from './programs.mjs';
import { residentKiB } from './system.mjs';
import { median } from './table.mjs';

const plainConnections = 10_000;
const tlsConnections = 2_000;
const starts = 11;

// The proxy collects its heap once when it has been ready for a second.
const settleMs = 3000;

/** A process of its own: what another measurement left in its pools would hide what a connection costs. */
async function fresh(start, name, measure) {
  const one = await start(name);
  await sleep(settleMs);
  try {
    return await measure(one);
  } finally {
    await stop(one.child);
  }
}

export async function costs(workspace, behind, start) {
  const times = [];
  for (let i = 0; i < starts; i++) {
    times.push(await startTime(workspace, behind));
  }

  const sidecar = await lateen(workspace, 'lateen bookinfo', behind, config.bookinfo);
  await sleep(settleMs);
  const idleKiB = residentKiB(sidecar.child.pid);
  await stop(sidecar.child);

  const perConnection = {};
  for (const name of ['lateen epoll', 'lateen io_uring', 'nginx']) {
    perConnection[name] = {
      plain: await fresh(start, name, (one) => idleCost(one, { port: one.ports.PLAIN, count: plainConnections })),
      tls: await fresh(start, name, (one) => idleCost(one, { port: one.ports.TLS, secure: true, count: tlsConnections })),
    };
  }

  console.log('\nMemory of an idle connection that served one request (bytes): plain, TLS');
  for (const [name, { plain, tls }] of Object.entries(perConnection)) {
    console.log(`${name.padEnd(26)} ${plain.toFixed(0).padStart(8)} ${tls.toFixed(0).padStart(8)}`);
  }

  return { figures: { starts: times, idleKiB, perConnection }, verdicts: verdicts(median(times), idleKiB, perConnection) };
}

function verdicts(startMs, idleKiB, perConnection) {
  const { plain, tls } = perConnection['lateen io_uring'];
  const theirs = perConnection.nginx.tls;
  return [
    { what: 'idle sidecar with as much configuration as bookinfo gives', target: '≤ 25 MiB', figure: `${(idleKiB / 1024).toFixed(1)} MiB`, met: idleKiB <= 25 * 1024 },
    { what: 'idle plain connection', target: '≤ 4096 bytes', figure: `${plain.toFixed(0)} bytes`, met: plain <= 4096 },
    { what: 'idle TLS connection', target: `≤ ${theirs.toFixed(0)} bytes`, figure: `${tls.toFixed(0)} bytes`, met: tls <= theirs },
    { what: 'start to ready with a static file', target: '≤ 50 ms', figure: `${startMs.toFixed(0)} ms`, met: startMs <= 50 },
  ];
}

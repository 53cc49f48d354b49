// `bench/run proxy [--rounds N] [--seconds S] [--rows a,b]`: the shipped proxy beside nginx, HAProxy and nghttpx. README.md tells the method.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { costs } from './costs.mjs';
import { Workspace, backend, lateen, pair, peer, relay, stopAll } from './programs.mjs';
import { lateens, pairs, rows } from './rows.mjs';
import { busyShare, cores, cpuMicros, residentKiB, userAndSystem } from './system.mjs';
import { printRow, printVerdicts, summarise } from './table.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '2' }, rows: { type: 'string' } },
});

/** One slice of load on one proxy, with what it cost. */
async function slice(workspace, row, proxy, seconds) {
  const pids = [proxy.child, ...(proxy.also ?? [])].map((child) => child.pid);
  const sum = (figure) => pids.reduce((total, pid) => total + figure(pid), 0);
  const now = () => ({ cpu: sum(cpuMicros), user: sum((pid) => userAndSystem(pid)[0]), system: sum((pid) => userAndSystem(pid)[1]), cores: cores() });
  const before = now();
  const load = await row.load(proxy, seconds, workspace);
  const after = now();
  const [proxyCore, loadCore] = busyShare(before.cores, after.cores);
  if (load.requests === 0) {
    throw new Error(`${row.name}, ${proxy.name}: no request was answered`);
  }

  return {
    ...load, seconds, cpu: after.cpu - before.cpu, user: after.user - before.user, system: after.system - before.system,
    rssKiB: sum(residentKiB), proxyCore, loadCore,
  };
}

/** Slices of all proxies take turns, so that what the machine does meanwhile hits each of them alike. */
async function measure(workspace, row, proxies, rounds, seconds) {
  const slices = Object.fromEntries(proxies.map((p) => [p.name, []]));
  for (const proxy of proxies) {
    await row.load(proxy, 1, workspace); // warm-up: connections to the backend, compiled paths, label sets
  }

  for (let round = 0; round < rounds; round++) {
    // Another order in each round: nobody always follows the same neighbour.
    for (let i = 0; i < proxies.length; i++) {
      const proxy = proxies[(i + round) % proxies.length];
      slices[proxy.name].push(await slice(workspace, row, proxy, seconds));
    }
  }

  return slices;
}

async function main() {
  const wanted = options.rows?.split(',');
  const chosen = rows.filter((row) => !wanted || wanted.includes(row.name));
  if (chosen.length === 0 && !wanted?.includes('costs')) {
    throw new Error(`no such row; there are ${rows.map((r) => r.name).join(', ')}, costs`);
  }

  const workspace = new Workspace(root, join(root, 'artifacts/bench/work'));
  const behind = workspace.behind = await backend(workspace);
  const started = new Map();
  const proxy = async (name) => {
    if (!started.has(name)) {
      started.set(name, await start(workspace, name, behind));
    }

    return started.get(name);
  };

  const raw = {};
  const verdicts = [];
  for (const row of chosen) {
    const proxies = [];
    for (const name of row.proxies) {
      proxies.push(await proxy(name));
    }

    raw[row.name] = await measure(workspace, row, proxies, Number(options.rounds), Number(options.seconds));
    const results = Object.fromEntries(Object.entries(raw[row.name]).map(([name, slices]) => [name, summarise(slices)]));
    printRow(row.title, results);
    verdicts.push(...row.verdicts(raw[row.name]));
  }

  if (!wanted || wanted.includes('costs')) {
    const { figures, verdicts: more } = await costs(workspace, behind, (name) => start(workspace, name, behind));
    raw.costs = figures;
    verdicts.push(...more);
  }

  printVerdicts(verdicts);
  console.log(`\nraw figures: ${workspace.write('../proxy.json', { options, date: new Date().toISOString(), raw, verdicts })}`);
}

async function start(workspace, name, behind) {
  if (pairs[name]) {
    return pair(workspace, name, behind, pairs[name], ['--loop', 'io_uring']);
  }

  if (name === 'relay') {
    return relay(workspace, behind);
  }

  const ours = lateens[name];
  return ours ? lateen(workspace, name, behind, ours.configure, ours.flags) : peer(workspace, name, behind);
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}

// Medians with their range, ratios and the printed table.
export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export const quantile = (values, share) => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

const columns = [
  ['', 26], ['rps', 7], ['cpu µs/rq [min-max]', 22], ['user', 5], ['sys', 5], ['p50 µs', 7], ['p99 µs', 7], ['RSS MB', 7], ['proxy core', 11], ['load core', 9], ['failed', 6],
];

const line = (cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(columns[i][1]) : cell.padStart(columns[i][1]))).join(' ');

/** The middle of one proxy's slices in one row. */
export function summarise(slices) {
  const of = (pick) => median(slices.map(pick));
  const cpu = slices.map((s) => s.cpu / s.requests);
  const ticks = slices.reduce((sum, s) => [sum[0] + s.user, sum[1] + s.system], [0, 0]);
  const share = ticks[0] / Math.max(1, ticks[0] + ticks[1]);
  return {
    rps: of((s) => s.requests / s.seconds),
    cpu: median(cpu),
    cpuMin: Math.min(...cpu),
    cpuMax: Math.max(...cpu),
    user: median(cpu) * share,
    system: median(cpu) * (1 - share),
    p50: of((s) => s.p50),
    p99: of((s) => s.p99),
    rssKiB: of((s) => s.rssKiB),
    proxyCore: of((s) => s.proxyCore),
    loadCore: of((s) => s.loadCore),
    failed: slices.reduce((sum, s) => sum + s.failed, 0),
  };
}

export function printRow(title, results) {
  console.log(`\n${title}`);
  console.log(line(columns.map(([name]) => name)));
  for (const [name, r] of Object.entries(results)) {
    console.log(line([
      name, r.rps.toFixed(0), `${r.cpu.toFixed(1)} [${r.cpuMin.toFixed(1)}-${r.cpuMax.toFixed(1)}]`, r.user.toFixed(1), r.system.toFixed(1),
      r.p50.toFixed(0), r.p99.toFixed(0), (r.rssKiB / 1024).toFixed(1), `${(r.proxyCore * 100).toFixed(0)} %`, `${(r.loadCore * 100).toFixed(0)} %`, String(r.failed),
    ]));
  }
}

/** "name: target, figure, met or missed" for everything that has a target. */
export function printVerdicts(verdicts) {
  console.log('\nTargets');
  for (const { what, target, figure, met } of verdicts) {
    console.log(`  ${(met ? 'met' : 'MISSED').padEnd(7)} ${what.padEnd(58)} target ${target.padEnd(12)} figure ${figure}`);
  }
}

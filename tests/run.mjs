// Runs every test project and a minute of fuzzing, sums the CTRF reports and ends with the counted line. A project without a report, an end-to-end test that
// was skipped although root and namespaces are there, or any failure makes the exit code non-zero.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const results = join(root, 'artifacts', 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const only = process.argv.slice(2);
// The end-to-end tests go last: what they need is proved first.
const order = (name) => (name.includes('EndToEnd') ? 2 : name.includes('Simulation') ? 1 : 0);
const projects = readdirSync(join(root, 'tests'))
  .filter((name) => name.endsWith('.Tests') && (only.length === 0 || only.some((o) => name.includes(o))))
  .sort((a, b) => order(a) - order(b) || a.localeCompare(b));

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, DOTNET_NOLOGO: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1' } });
}

const namespaces = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true']).status === 0 && process.getuid() === 0;
const total = { passed: 0, failed: 0, skipped: 0 };

console.log('Building the tests …');
const built = run('dotnet', ['build', 'Lateen.slnx', '-c', 'Debug', '-v', 'quiet', '-nologo', '-clp:NoSummary']);
if (built.status !== 0) {
  console.error('tests: the build failed; nothing ran');
  total.failed++;
}

for (const project of built.status === 0 ? projects : []) {
  const started = Date.now();
  const file = `${project}.ctrf.json`;
  const outcome = run('dotnet', ['test', '--project', `tests/${project}`, '--no-build', '--no-progress', '--results-directory', results,
    '--report-xunit-ctrf', '--report-xunit-ctrf-filename', file]);
  const path = join(results, file);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (!existsSync(path)) {
    console.error(`tests: ${project} produced no report (exit ${outcome.status})`);
    total.failed++;
    continue;
  }

  const report = JSON.parse(readFileSync(path, 'utf8')).results;
  const { passed, failed, skipped, pending, other } = report.summary;
  total.passed += passed;
  total.failed += failed + (other ?? 0);
  total.skipped += skipped + (pending ?? 0);
  for (const test of report.tests.filter((t) => t.status === 'failed')) {
    console.error(`  failed: ${test.name}`);
  }

  if (project.includes('EndToEnd') && namespaces && skipped > 0) {
    for (const test of report.tests.filter((t) => t.status === 'skipped')) {
      console.error(`  skipped although it could run: ${test.name}: ${test.message ?? ''}`);
    }

    total.failed += skipped;
    total.skipped -= skipped;
  }

  // A runner that crashed after its report, or ran nothing, is a failure too.
  if ((outcome.status !== 0 && failed === 0) || passed + failed + skipped === 0) {
    console.error(`tests: ${project} exited ${outcome.status} with ${passed} passed, ${failed} failed`);
    total.failed++;
  }

  console.log(`${project}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s`);
}

// One result for each target. The seed is fixed here, so that a failure comes from a change; `make fuzz` draws another each time.
if (built.status === 0 && (only.length === 0 || only.includes('Fuzz'))) {
  const fuzz = spawnSync('dotnet', ['run', '--project', 'tests/Fuzz', '-c', 'Release', '-v', 'quiet', '--', '--seconds', '60', '--seed', '4'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  console.log(fuzz.stdout);
  const targets = fuzz.stdout.split('\n').filter((line) => /outcomes {2}(ok|FAILED)$/.test(line));
  const failed = targets.filter((line) => line.endsWith('FAILED')).length;
  total.passed += targets.length - failed;
  total.failed += failed + (failed === 0 && (fuzz.status !== 0 || targets.length === 0) ? 1 : 0);
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

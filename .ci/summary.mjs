// Sums the test results of all suites and prints "N passed, N failed, N skipped" as the last line.
// Usage: node summary.mjs RESULTS_FOLDER TESTS_FOLDER
// A suite is a folder of TESTS_FOLDER with a test in it. One of which no test ran is a failure, and so is a run without results.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [resultsFolder, testsFolder] = process.argv.slice(2);
const files = (folder, ending) => readdirSync(folder, { recursive: true })
  .map(name => join(folder, name))
  .filter(path => path.endsWith(ending) && statSync(path).isFile());

const suites = new Map(readdirSync(testsFolder, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && files(join(testsFolder, entry.name), '.cs').some(path => /\[(Fact|Theory)/.test(readFileSync(path, 'utf8'))))
  .map(entry => [entry.name, { passed: 0, failed: 0, skipped: 0 }]));

let bad = false;
const total = { passed: 0, failed: 0, skipped: 0 };
const reports = files(resultsFolder, '.trx');
for (const report of reports) {
  const text = readFileSync(report, 'utf8');
  if (!text.trimEnd().endsWith('</TestRun>')) {
    console.log(`${report} is cut off: the sum below lacks what comes after its last whole result.`);
    bad = true;
  }

  for (const [tag] of text.matchAll(/<UnitTestResult\s[^>]*>/g)) {
    const attribute = name => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
    if (attribute('outcome') === 'NotRunnable') continue; // an explicit test: another one runs it in a process of its own
    const outcome = { Passed: 'passed', NotExecuted: 'skipped' }[attribute('outcome')] ?? 'failed';
    const suite = suites.get(/^CloudIa\.Tests\.(\w+)\./.exec(attribute('testName'))?.[1]);
    total[outcome]++;
    if (suite) suite[outcome]++;
    if (outcome === 'failed') console.log(`failed: ${attribute('testName')}`);
  }
}

if (reports.length === 0) {
  console.log(`No results (*.trx) in ${resultsFolder}: the tests did not run.`);
  bad = true;
}

for (const [name, counts] of suites) {
  console.log(`${name.padEnd(16)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.passed + counts.failed === 0) {
    console.log(`Suite ${name} ran no test.`);
    bad = true;
  }
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(bad || total.failed > 0 ? 1 : 0);

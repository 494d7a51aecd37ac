#!/usr/bin/env node
// Plain JavaScript, so that an old Node can read it: the rest needs Node 24, which runs TypeScript as it is.
import { spawn } from 'node:child_process';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= MAJOR) {
  module.enableCompileCache?.();
  const { runProcess } = await import('./main.ts');
  await runProcess();
} else {
  runAgain();
}

/** Runs the same command with the Node of the npm package `node`, as if it had been started so. */
function runAgain() {
  const child = spawn(newerNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));

  child.on('error', (error) => {
    console.error(`signet: Node ${MAJOR} does not start: ${error.message}`);
    process.exitCode = 70;
  });
  child.on('exit', (code, signal) => {
    for (const one of signals) process.removeAllListeners(one);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 70;
  });
}

function newerNode() {
  try {
    const manifest = module.createRequire(import.meta.url).resolve('node/package.json');
    return path.join(path.dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    console.error(`signet: this is Node ${process.versions.node}, and signet needs Node ${MAJOR}.`);
    console.error('  Next: run `npm ci` where signet is installed, or install Node 24.');
    process.exit(70);
  }
}

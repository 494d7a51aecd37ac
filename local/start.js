// Plain JavaScript, so that an old Node can read it: the rest needs Node 24, which runs TypeScript as it is.
import module from 'node:module';

const MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= MAJOR) {
  module.enableCompileCache?.();
  await import('./main.ts');
} else {
  console.error(
    `This is Node ${process.versions.node}, and Signet needs Node ${MAJOR}: run \`npm ci\`, then \`npm start\`.`,
  );
  process.exitCode = 1;
}

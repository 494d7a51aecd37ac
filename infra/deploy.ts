import { parseArgs } from 'node:util';
import { type Account, callerIn } from './deploy/caller.ts';
import { cdkDeploy } from './deploy/cdk.ts';
import { Refusal } from './deploy/refusal.ts';
import { type Destination, destinationOf } from './deploy/stage.ts';

const USAGE = `npm run deploy -- --stage NAME [--yes]

Deploys the registry as infra/config/NAME.ts describes it, with whatever credentials AWS finds (AWS_PROFILE,
AWS_ACCESS_KEY_ID and so on), after a look at whose they are. Changes of permissions are shown and asked about.

  --stage NAME  which configuration
  --yes         asks nothing: for pipelines
  --help        this, and nothing else`;

/** `npm run deploy`: what may go wrong before the CDK begins is said in a line, with what to do. */
async function main(): Promise<void> {
  const { stage, yes, help } = options();
  if (help) return console.log(USAGE);
  if (stage === undefined) throw new Refusal('Which stage? For example: npm run deploy -- --stage prod');

  const destination = await destinationOf(stage);
  console.log(announcement(destination, await callerIn(destination)));
  console.log(nextStep(destination, await cdkDeploy(destination, yes)));
}

function options() {
  try {
    const known = {
      stage: { type: 'string' },
      yes: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { stage, yes = false, help = false } = parseArgs({ options: known }).values;
    return { stage, yes, help };
  } catch (error) {
    const [why] = error instanceof Error ? error.message.split('. ') : [];
    throw new Refusal(`${why}. See npm run deploy -- --help`);
  }
}

const announcement = ({ stage, account, region, config }: Destination, { arn }: Account): string =>
  `Deploying the stage ${stage}: the stack ${config.stackName} in ${region} of account ${account}, as ${arn}.
  Creates tenants: ${config.deploymentAdmins.join(', ')}
  May call:        ${callers(config.callers)}
  Gets alarms:     ${config.alarmEmails.join(', ') || 'nobody: alarmEmails is empty'}
  Reads and writes ${config.restoredTable === undefined ? 'the table of the stack' : `the restored table ${config.restoredTable}`}
`;

const callers = ({ accounts, organization }: Destination['config']['callers']): string =>
  ['this account', ...accounts, ...(organization === undefined ? [] : [`organization ${organization}`])].join(', ');

const nextStep = ({ stage, region, config }: Destination, endpoint: string): string => `
The API is at ${endpoint}
Next, as ${config.deploymentAdmins[0]}:
  npx signet init --profile ${stage} --endpoint ${endpoint} --region ${region}
  npx signet create-tenant acme --admin PRINCIPAL --profile ${stage}
and on with docs/deploy.md#4-the-first-tenant`;

try {
  await main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`deploy: ${error.message}`);
  process.exitCode = error.exitCode;
}

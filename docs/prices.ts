/**
 * List prices of AWS in us-east-1, in dollars. Other Regions differ by some tenths.
 *
 * Looked up in November 2026 in stored copies of:
 * https://airbyte.com/data-engineering-resources/dynamodb-pricing (DynamoDB on demand),
 * https://awsforengineers.com/blog/aws-api-gateway-pricing-explained (API Gateway),
 * https://git.mcrn.ar/mariano/lambda_local_runner (docs/lambdas-md/lambda-13-cost.md: Lambda on arm64),
 * https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/ (CloudWatch),
 * https://aws.amazon.com/kms/pricing/, https://aws.amazon.com/xray/pricing/.
 * What a GB of table, of recovery and of bucket costs was in none: it is from memory.
 */
export const PRICES = {
  of: 'us-east-1, as of November 2026',
  /** A million write request units of DynamoDB, and of read request units. */
  writeUnits: 0.625,
  readUnits: 0.125,
  /** A month. */
  tableGigabyte: 0.25,
  recoveryGigabyte: 0.2,
  bucketGigabyte: 0.023,
  /** A million requests to a REST API. */
  gatewayRequests: 3.5,
  /** A million requests to functions, and a GB-second of one on arm64. */
  functionRequests: 0.2,
  gigabyteSecond: 0.0000133334,
  /** A month. */
  key: 1,
  metric: 0.3,
  alarm: 0.1,
  dashboard: 3,
  logsGigabyte: 0.5,
  /** A million traces recorded. */
  traces: 5,
} as const;

/**
 * List prices, us-east-1, November 2026, in dollars. Other Regions differ by some tenths. What AWS asks today:
 * https://aws.amazon.com/dynamodb/pricing/on-demand/
 * https://aws.amazon.com/api-gateway/pricing/
 * https://aws.amazon.com/lambda/pricing/
 * https://aws.amazon.com/s3/pricing/
 * https://aws.amazon.com/cloudwatch/pricing/
 * https://aws.amazon.com/kms/pricing/
 * https://aws.amazon.com/xray/pricing/
 */
export const PRICES = {
  of: 'us-east-1, November 2026',
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

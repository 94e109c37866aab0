// Reads rows from standard input, one JSON object a line, and prints for each what the simulator decides, one line a row:
// Allowed, ImplicitlyDenied, ExplicitlyDenied, or the simulator's error.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

for await (const line of createInterface({ input: process.stdin })) {
  const row = JSON.parse(line)
  const out = await runSimulation({
    request: {
      principal: row.principal,
      action: row.action,
      resource: { resource: row.resource, accountId: row.account },
      contextVariables: row.context,
    },
    identityPolicies: row.policies,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: row.trust,
  }, {})
  console.log(out.resultType === 'error' ? `error: ${JSON.stringify(out.errors)}` : out.overallResult)
}

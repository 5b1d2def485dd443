/** A bucket policy, the part of AWS's language that speaks of anonymous readers. */
export interface Policy {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: '*' | { readonly AWS: string | readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export type Action = 's3:GetObject' | 's3:ListBucket';

/** The policy of a public bucket as most are: everyone reads objects, nobody lists them. */
export function publicReadPolicy(bucket: string): Policy {
  const Resource = `arn:aws:s3:::${bucket}/*`;
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }],
  };
}

/** Whether the policy lets everyone do `action` on `resource` (`bucket` or `bucket/key`): a Deny beats any Allow. */
export function anyoneMay(policy: Policy | undefined, action: Action, resource: string): boolean {
  const effects = (policy?.Statement ?? [])
    .filter((statement) => speaksOf(statement, action, `arn:aws:s3:::${resource}`))
    .map((statement) => statement.Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function speaksOf({ Principal, Action, Resource }: Statement, action: string, resource: string): boolean {
  const everyone = Principal === '*' || list(Principal.AWS).includes('*');
  return (
    everyone &&
    list(Action).some((pattern) => matches(pattern, action)) &&
    list(Resource).some((pattern) => matches(pattern, resource))
  );
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** `*` stands for any run of characters, `?` for one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

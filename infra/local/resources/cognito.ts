import { z } from "zod";
import { arn, generatedId, interpreter } from "../template/interpreter.ts";
import { TemplateError } from "../template/intrinsics.ts";
import { ignored, tags } from "./schema.ts";

const signIn = ignored("the local issuer signs sandbox users in by a button");

export const cognitoUserPool = interpreter({
  type: "AWS::Cognito::UserPool",
  properties: z.strictObject({
    UserPoolName: signIn,
    AccountRecoverySetting: signIn,
    AdminCreateUserConfig: signIn,
    AliasAttributes: signIn,
    AutoVerifiedAttributes: signIn,
    DeletionProtection: ignored("nothing here deletes a user pool"),
    EmailVerificationMessage: signIn,
    EmailVerificationSubject: signIn,
    EnabledMfas: signIn,
    MfaConfiguration: signIn,
    Policies: signIn,
    SmsVerificationMessage: signIn,
    UserPoolAddOns: signIn,
    UserPoolTags: tags,
    UserPoolTier: signIn,
    UsernameAttributes: signIn,
    UsernameConfiguration: signIn,
    VerificationMessageTemplate: signIn,
  }),
  interpret(resource) {
    const { blueprint, account } = resource;
    const id = `${account.region}_${generatedId(resource, 9)}`;
    blueprint.userPools.push({ id, groups: [] });
    const provider = `cognito-idp.${account.region}.${account.urlSuffix}/${id}`;
    return {
      ref: id,
      attributes: {
        Arn: arn(account, "cognito-idp", `userpool/${id}`),
        UserPoolId: id,
        ProviderName: provider,
        ProviderURL: `https://${provider}`,
      },
    };
  },
});

export const cognitoUserPoolGroup = interpreter({
  type: "AWS::Cognito::UserPoolGroup",
  properties: z.strictObject({
    UserPoolId: z.string(),
    GroupName: z.string(),
    Description: ignored("for people"),
    Precedence: ignored("orders the roles of an identity pool, of which there is none"),
  }),
  interpret({ properties: group, blueprint }) {
    const pool = blueprint.userPools.find((each) => each.id === group.UserPoolId);
    if (!pool) throw new TemplateError(`there is no user pool "${group.UserPoolId}"`);
    pool.groups.push(group.GroupName);
    return { ref: group.GroupName };
  },
});

const validityUnitMs: Record<string, number> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

export const cognitoUserPoolClient = interpreter({
  type: "AWS::Cognito::UserPoolClient",
  properties: z.strictObject({
    UserPoolId: z.string(),
    ClientName: signIn,
    GenerateSecret: z.literal(false).optional(),
    AllowedOAuthFlows: z.array(z.literal("code")),
    AllowedOAuthFlowsUserPoolClient: z.literal(true),
    AllowedOAuthScopes: ignored("the local issuer gives the scopes that are asked for"),
    CallbackURLs: z.array(z.string()),
    LogoutURLs: z.array(z.string()).optional(),
    AccessTokenValidity: z.number().optional(),
    TokenValidityUnits: z
      .strictObject({
        AccessToken: z.enum(["minutes", "hours", "days"]).optional(),
        IdToken: signIn,
        RefreshToken: z.enum(["minutes", "hours", "days"]).optional(),
      })
      .optional(),
    IdTokenValidity: signIn,
    RefreshTokenValidity: z.number().optional(),
    AuthSessionValidity: signIn,
    EnableTokenRevocation: signIn,
    ExplicitAuthFlows: signIn,
    PreventUserExistenceErrors: signIn,
    SupportedIdentityProviders: signIn,
  }),
  interpret(resource) {
    const { properties: client, blueprint } = resource;
    const id = generatedId(resource, 26);
    const { TokenValidityUnits: units } = client;
    // Cognito's defaults are one hour and thirty days, its default units hours and days (API reference, CreateUserPoolClient).
    const accessUnitMs = validityUnitMs[units?.AccessToken ?? "hours"]!;
    const refreshUnitMs = validityUnitMs[units?.RefreshToken ?? "days"]!;
    blueprint.userPoolClients.push({
      id,
      userPoolId: client.UserPoolId,
      callbackUrls: client.CallbackURLs,
      logoutUrls: client.LogoutURLs ?? [],
      accessTokenMs: (client.AccessTokenValidity ?? 1) * accessUnitMs,
      refreshTokenMs: (client.RefreshTokenValidity ?? 30) * refreshUnitMs,
    });
    return { ref: id, attributes: { ClientId: id } };
  },
});

export const cognitoUserPoolDomain = interpreter({
  type: "AWS::Cognito::UserPoolDomain",
  properties: z.strictObject({
    UserPoolId: z.string(),
    Domain: z.string(),
    ManagedLoginVersion: signIn,
  }),
  interpret({ properties: domain, blueprint, account }) {
    const origin = `https://${domain.Domain}.auth.${account.region}.amazoncognito.com`;
    blueprint.userPoolDomains.push({ userPoolId: domain.UserPoolId, origin });
    return { ref: domain.Domain };
  },
});

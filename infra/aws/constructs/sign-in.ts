import {
  OAuthScope,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPool,
  type UserPoolDomain,
} from "aws-cdk-lib/aws-cognito";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";

/** Who signs agents in, and where the desk sends them. */
export interface SignIn {
  /** OIDC issuer; its discovery document names the keys */
  issuer: string;
  /** `aud` or `client_id` of the access tokens that /v1 takes */
  audience: string;
  clientId: string;
  authorizeUrl: string;
  tokenUrl: string;
  logoutUrl: string;
}

export interface CognitoSignInProps {
  userPool: UserPool;
  domain: UserPoolDomain;
  /** where the desk is, after sign-in and after sign-out */
  deskUrls: string[];
}

/** The desk as a public client: authorization code with PKCE, no secret, no token in a URL. */
export class CognitoSignIn extends Construct {
  readonly signIn: SignIn;

  constructor(scope: Construct, id: string, { userPool, domain, deskUrls }: CognitoSignInProps) {
    super(scope, id);
    const client = new UserPoolClient(this, "Desk", {
      userPool,
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
      authFlows: {},
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE],
        callbackUrls: deskUrls,
        logoutUrls: deskUrls,
      },
    });
    this.signIn = {
      issuer: userPool.userPoolProviderUrl,
      audience: client.userPoolClientId,
      clientId: client.userPoolClientId,
      authorizeUrl: `${domain.baseUrl()}/oauth2/authorize`,
      tokenUrl: `${domain.baseUrl()}/oauth2/token`,
      logoutUrl: `${domain.baseUrl()}/logout`,
    };
  }
}

// The ways in which people sign in, through Amplify as front ends use it. Each is a flow of amplify_test.go.
import {
  autoSignIn, confirmResetPassword, confirmSignIn, confirmSignUp, fetchAuthSession, fetchMFAPreference, fetchUserAttributes,
  resetPassword, setUpTOTP, signIn, signOut, signUp, updateMFAPreference, verifyTOTPSetup,
} from 'aws-amplify/auth';

import { another, call, check, code, refused, route, shown, tokens, user } from './person.mjs';

const choice = { authFlowType: 'USER_AUTH' };

// step makes a call that leads on to a step of a sign-in, and returns what Amplify says about it.
async function step(want, operation, input) {
  const said = await call(operation, input);
  check(`${operation.name}: the next step`, said.nextStep?.signInStep ?? said.nextStep?.signUpStep ?? said.nextStep?.resetPasswordStep, want);
  return said.nextStep;
}

const withPassword = (password = user.password) => step('DONE', signIn, { username: user.email, password });

async function signsUp() {
  await step('CONFIRM_SIGN_UP', signUp, {
    username: user.email, password: user.password, options: { userAttributes: { email: user.email } },
  });
  await step('CONFIRM_SIGN_UP', signIn, { username: user.email, password: user.password });
  await step('DONE', confirmSignUp, { username: user.email, confirmationCode: await code() });
  await refused('NotAuthorizedException', signIn, { username: user.email, password: 'Wrong-horse-7' });
  await withPassword();
}

async function goesInAfterSignUp() {
  await step('CONFIRM_SIGN_UP', signUp, {
    username: user.email, password: user.password, options: { userAttributes: { email: user.email }, autoSignIn: choice },
  });
  await step('COMPLETE_AUTO_SIGN_IN', confirmSignUp, { username: user.email, confirmationCode: await code() });
  await step('DONE', async function goIn() { return autoSignIn(); });
}

async function replacesTemporaryPassword() {
  await step('CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED', signIn, { username: user.email, password: await code() });
  await step('DONE', confirmSignIn, { challengeResponse: user.password });
}

async function recoversPassword() {
  await step('CONFIRM_RESET_PASSWORD_WITH_CODE', resetPassword, { username: user.email });
  await call(confirmResetPassword, { username: user.email, confirmationCode: await code(), newPassword: another });
  await refused('NotAuthorizedException', signIn, { username: user.email, password: user.password });
  await withPassword(another);
}

async function addsAuthenticator() {
  await withPassword();
  const { sharedSecret } = await call(setUpTOTP);
  await call(verifyTOTPSetup, { code: shown(sharedSecret) });
  await call(updateMFAPreference, { totp: 'PREFERRED' });
  check('the preferred factor', (await call(fetchMFAPreference)).preferred, 'TOTP');
  await call(signOut);
  await step('CONFIRM_SIGN_IN_WITH_TOTP_CODE', signIn, { username: user.email, password: user.password });
  await step('DONE', confirmSignIn, { challengeResponse: shown(sharedSecret, 1) });
}

async function needsAuthenticator() {
  const { totpSetupDetails } = await step('CONTINUE_SIGN_IN_WITH_TOTP_SETUP', signIn, { username: user.email, password: user.password });
  await step('DONE', confirmSignIn, { challengeResponse: shown(totpSetupDetails.sharedSecret) });
}

async function entersMailedCode() {
  await step('CONFIRM_SIGN_IN_WITH_EMAIL_CODE', signIn, {
    username: user.email, options: { ...choice, preferredChallenge: 'EMAIL_OTP' },
  });
  await refused('CodeMismatchException', confirmSignIn, { challengeResponse: '00000000' });
  await step('DONE', confirmSignIn, { challengeResponse: await code() });
}

async function chooses() {
  const { availableChallenges } = await step('CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION', signIn, { username: user.email, options: choice });
  check('the choices', availableChallenges.join(), 'PASSWORD_SRP,PASSWORD,EMAIL_OTP');
  await step('CONFIRM_SIGN_IN_WITH_EMAIL_CODE', confirmSignIn, { challengeResponse: 'EMAIL_OTP' });
  await step('DONE', confirmSignIn, { challengeResponse: await code() });
  await call(signOut);
  for (const password of ['PASSWORD_SRP', 'PASSWORD']) {
    await step('CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION', signIn, { username: user.email, options: choice });
    await step('CONFIRM_SIGN_IN_WITH_PASSWORD', confirmSignIn, { challengeResponse: password });
    await step('DONE', confirmSignIn, { challengeResponse: user.password });
    await call(signOut);
  }
  await step('DONE', signIn, { username: user.email, password: user.password, options: { ...choice, preferredChallenge: 'PASSWORD_SRP' } });
}

async function refreshes() {
  await withPassword();
  const first = await tokens.keep();
  for (let i = 0; i < 2; i++) {
    const before = await tokens.keep();
    const { tokens: fresh } = await call(fetchAuthSession, { forceRefresh: true });
    check('the ID token is another', fresh?.idToken?.toString() !== before.idToken, true);
    check('the refresh token is another', (await tokens.keep()).refreshToken !== before.refreshToken, true);
  }
  const good = await tokens.keep();
  await tokens.put(first);
  await refused('RefreshTokenReuseException', fetchAuthSession, { forceRefresh: true });
  await tokens.put(good);
}

// The library forgets the tokens whether or not the sign-out came through; somebody may have kept them.
async function signsOut(input) {
  await withPassword();
  const kept = await tokens.keep();
  await call(signOut, input);
  check('a session after the sign-out', (await call(fetchAuthSession)).tokens, undefined);
  await tokens.put(kept);
  await refused('NotAuthorizedException: Access Token has been revoked', fetchUserAttributes);
  check('a session from the kept tokens', (await call(fetchAuthSession, { forceRefresh: true })).tokens, undefined);
  await withPassword();
}

const signsOutEverywhere = () => signsOut({ global: true });
const signsOutHere = () => signsOut();

const flows = {
  signsUp, goesInAfterSignUp, replacesTemporaryPassword, recoversPassword, addsAuthenticator, needsAuthenticator, entersMailedCode, chooses,
  refreshes, signsOutEverywhere, signsOutHere,
};

// In the end everybody is signed in, and may call the guarded route. Amplify's timers don't hold the program up.
let status = 0;
try {
  await flows[user.flow]();
  const { tokens: session } = await call(fetchAuthSession);
  check('the e-mail address in the ID token', session?.idToken?.payload.email, user.email);
  check('the guarded route without a token', await route(), 401);
  check('the guarded route with the ID token', await route(session.idToken), 200);
} catch (e) {
  console.error(e.message);
  status = 1;
}
process.exit(status);

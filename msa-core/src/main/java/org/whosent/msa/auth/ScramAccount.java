package org.whosent.msa.auth;

/**
 * What SCRAM is to check against, for any name. Immutable.
 *
 * @param verifier made up when there is none for this name
 * @param user whose verifier it is; null when it is made up
 * @param reason for the operator, when it is made up: unknown-user or no-verifier
 */
public record ScramAccount(ScramVerifier verifier, User user, String reason) {}

package org.whosent.msa.auth;

/**
 * Logins by token. Immutable.
 *
 * @param check whose a token is
 * @param listedOnly true when only users that the user file names may come in so
 * @param scope that a client should ask for, for the answer to a bad token; null when none is asked
 * @param configuration where a client finds the issuer (OpenID Connect Discovery); null when it is
 *     not told
 */
public record TokenLogins(
    TokenCheck check, boolean listedOnly, String scope, String configuration) {}

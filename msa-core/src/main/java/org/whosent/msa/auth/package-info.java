/**
 * Who is it? The password file, password hashes and SASL mechanisms.
 *
 * <p>To add a mechanism: a row in {@link org.whosent.msa.auth.SaslMechanism}. To add a kind of
 * password hash: a row in {@link org.whosent.msa.auth.PasswordHash}.
 */
package org.whosent.msa.auth;

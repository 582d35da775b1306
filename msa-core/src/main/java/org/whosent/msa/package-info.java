/**
 * The authenticating message submission agent (RFC 6409, RFC 5068): receives mail from logged-in
 * users (and, where the operator says so, mail for local domains on port 25), stamps it with a
 * transaction ID, writes the record to disk, then hands it on.
 *
 * <p>Everything here keeps to one order: the whole message is received; its record is forced to
 * disk; the next hop gets the final dot; the outcome is appended; the client gets its reply. There
 * is no queue: what the next hop has not taken, the client still has.
 *
 * <pre>
 *   MsaServer ── accepts ──▶ smtp.Session ── commands by the table smtp.Commands
 *                               │  auth.UserDirectory, auth.SaslMechanism: who is it?
 *                               │  policy.*: may they?
 *                               │  smtp.Intake: stamp, record, hand on
 *                               ├──▶ journal.Journal (group commit)
 *                               └──▶ hop.NextHop: SMTP (client.SmtpClient) or a Maildir
 * </pre>
 *
 * <p>{@code policy} says what a user may do, and what anybody may. {@code docs/rfc5068.md} lists
 * the requirements of RFC 5068 with the tests that show them, {@code SECURITY.md} the threats,
 * {@code docs/msa.md} every key of the configuration and the SMTP extensions that are spoken.
 */
package org.whosent.msa;

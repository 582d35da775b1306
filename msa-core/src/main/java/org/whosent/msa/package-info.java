/**
 * The authenticating message submission agent (RFC 6409, RFC 5068): receives mail from logged-in
 * users only, stamps it with a transaction ID, writes the record to disk, then hands it on.
 *
 * <p>The order that everything here serves: the whole message is received; its record is forced to
 * disk; the next hop gets the final dot; the outcome is appended; the client gets its reply. There
 * is no queue: what the next hop has not taken, the client still has.
 *
 * <pre>
 *   MsaServer ── accepts ──▶ smtp.Session ── commands by the table smtp.Commands
 *                               │  auth.UserFile, auth.SaslMechanism: who is it?
 *                               │  smtp.Intake: stamp, record, hand on
 *                               ├──▶ journal.Journal (group commit)
 *                               └──▶ hop.NextHop: SMTP (client.SmtpClient) or a Maildir
 * </pre>
 *
 * <p>Not here yet: which senders a user may use, rates per user, temporary blocks after failed
 * logins beyond the delay within a session, unauthenticated local delivery on port 25, SCRAM and
 * OAuth, SMTPUTF8, CHUNKING, DSN, removal of Bcc, PROXY protocol, other user stores, a pool of
 * connections to the hop, XCLIENT, reload of the certificate.
 */
package org.whosent.msa;

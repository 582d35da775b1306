/**
 * The record: its fields, its JSON lines, its IDs and the clues by which it is found.
 *
 * <h2>The journal format, version 1</h2>
 *
 * <p>A journal is a sequence of lines, each one JSON object (RFC 8259) in UTF-8, ended by a line
 * feed. A line without its line feed is not there yet. Every line has {@code v}, the format
 * version, and {@code type}. Times are RFC 3339 in UTC with six digits of a second. A fact that is
 * not known is left out; a list is always a list. Unknown fields of a known version are passed
 * over; a line of an unknown version is refused, with the version found and the version read.
 *
 * <table>
 *   <caption>Types of lines</caption>
 *   <tr><th>type</th><th>says</th><th>fields</th></tr>
 *   <tr><td>submission</td><td>a message was received whole from an authorised user; forced to disk
 *       before the next hop has it</td><td>{@link org.whosent.record.RecordFields#ALL}</td></tr>
 *   <tr><td>outcome</td><td>what the next hop made of it</td><td>{@link
 *       org.whosent.record.JournalEntry.Outcome}</td></tr>
 *   <tr><td>refusal</td><td>a command or message that was refused for policy</td><td>{@link
 *       org.whosent.record.JournalEntry.Refusal}</td></tr>
 *   <tr><td>login-failure</td><td>an authentication that failed</td><td>{@link
 *       org.whosent.record.JournalEntry.LoginFailure}</td></tr>
 *   <tr><td>heartbeat</td><td>the server is up though nothing happened</td><td>{@link
 *       org.whosent.record.JournalEntry.Heartbeat}</td></tr>
 * </table>
 *
 * <p>The fields of a record, with meaning, writer and version, are the rows of {@link
 * org.whosent.record.RecordFields#ALL}, and there only. {@code submission.schema.json} beside this
 * class says the same as a JSON Schema; the tests compare the two and check every journal line that
 * they make against it.
 *
 * <h2>How lines fold into one record</h2>
 *
 * <p>Each line, of a journal or of a foreign log, is a {@link org.whosent.record.SubmissionRecord}
 * with just the facts of that line. {@link org.whosent.record.SubmissionRecord#sameTransaction}
 * says whether two of them are about one transaction, {@link
 * org.whosent.record.SubmissionRecord#merge} joins them: commutative, associative, idempotent, so
 * that neither the order of reading nor a second reading makes a difference. Facts of two machines
 * ({@code logHosts}) belong to two transactions, unless their opening lines show that it is one
 * machine with two names ({@link org.whosent.record.LogHosts}). An {@code outcome} is the record of
 * its transaction ID with the outcome's time, its recipients and {@code completed}.
 */
package org.whosent.record;

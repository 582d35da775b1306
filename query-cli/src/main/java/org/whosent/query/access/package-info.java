/**
 * Who looked at what: the access log of the data directory.
 *
 * <h2>access/access-YYYYMMDD.jsonl</h2>
 *
 * One file for every UTC day, mode 0600, in a directory of mode 0700; only ever appended to, each
 * line by one write, so that commands that run at the same time never mix their lines. The next
 * writer ends a line that a failure tore; an empty line means nothing. It has JSON lines, two for
 * each command that shows or changes records:
 *
 * <ul>
 *   <li>{@code type} {@code question}, on its way before any record is read: {@code v} (1), {@code
 *       look} (16 hex digits that join the two lines), {@code time}, {@code osUser}, {@code
 *       sudoUser} (as sudo says; null without it), {@code loginUid} (the kernel's audit user ID,
 *       which neither su nor sudo changes; null where there is none), {@code host}, {@code
 *       command}, {@code case}, {@code arguments} (as typed, at most {@value
 *       org.whosent.query.access.Look#MAX_ARGUMENTS} of at most {@value
 *       org.whosent.query.access.Look#MAX_ARGUMENT_LENGTH} characters) and {@code argumentCount}.
 *       {@code sudoUserDoubted} is there, and true, when {@code loginUid} is not the number of
 *       {@code sudoUser}: a variable can be set by whoever may run this without sudo.
 *   <li>{@code type} {@code answer}, when it ended: {@code v}, {@code look}, {@code time}, {@code
 *       shown} (how many records had their user or content shown, or were changed), {@code users}
 *       (those shown, at most {@value org.whosent.query.access.Look#MAX_USERS}) and {@code
 *       userCount}, {@code status} (the exit status; null if a signal ended a command that only
 *       shows: the other fields then say what it had shown by then).
 * </ul>
 *
 * A question without an answer is a look-up that is still running or was killed, or a change that a
 * signal cut off: what came of it is not known.
 *
 * <p>A question is on disk before a record is shown or anything is changed. If it cannot be
 * written, nothing is answered: a look-up that leaves no trace is worse than none. Retention is
 * {@code accessLogRetention} in {@code site.yaml}; {@code purge} deletes whole days.
 *
 * <h2>What is known to be weak</h2>
 *
 * Whoever may write to the data directory may change the log, and can read the files without this
 * command. Ship the log to another host if that matters. Answers of commands that only show records
 * are not forced to disk: a power cut can lose those of the last half minute, and their questions
 * are then without one.
 */
package org.whosent.query.access;

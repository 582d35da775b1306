/**
 * SMTP as a submission server speaks it: octets to lines, lines to commands, commands to messages.
 *
 * <p>To add a verb: a row in {@link org.whosent.msa.smtp.Commands} with what must hold before it
 * and how long its line may be, and the method it calls.
 */
package org.whosent.msa.smtp;

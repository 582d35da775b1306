package org.whosent.msa.smtp;

import java.io.IOException;
import java.util.Set;

/**
 * One row of {@link Commands}. Immutable.
 *
 * @param verb in upper case
 * @param needs what must hold before the handler is asked, checked in the order of {@link Need}
 * @param maxLineBytes of the whole command line with CRLF
 * @param argument whether one is wanted
 * @param handler makes the reply
 */
record Command(String verb, Set<Need> needs, int maxLineBytes, Argument argument, Handler handler) {

  /** What a command may need. The order decides which refusal a client hears first. */
  enum Need {
    /** EHLO or HELO was said, since TLS was put on if it was. */
    GREETING,
    /** EHLO was. */
    EXTENDED,
    /** The connection is not under TLS yet. */
    CLEAR,
    /** It is, or the operator lets the client's network go without. */
    TLS,
    /** Somebody has logged in, or the port takes mail for local recipients from anybody. */
    SENDER,
    /** No transaction is open. */
    NO_TRANSACTION,
    /** One is: MAIL was accepted. */
    TRANSACTION
  }

  /** Whether a command has an argument. */
  enum Argument {
    NONE,
    REQUIRED,
    OPTIONAL
  }

  /** Carries out a command. */
  @FunctionalInterface
  interface Handler {
    /**
     * Makes the reply; null when the handler has replied itself.
     *
     * @param argument what follows the verb and a blank, as ISO-8859-1
     */
    Reply handle(Session session, String argument) throws IOException, InterruptedException;
  }
}

package org.whosent.msa.hop;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;

/**
 * How a hop that trusts us is told who the client is. A server lists XFORWARD and XCLIENT only to
 * those whom its operator named.
 */
public enum Introduction {
  /** Not at all. */
  NONE,
  /** By XFORWARD where it is listed, else by XCLIENT, else not. */
  AUTO,
  /** By XFORWARD only: it goes into the hop's log and changes nothing else. */
  XFORWARD,
  /**
   * By XCLIENT only: the hop judges the message as if the client had come to it, login included.
   * Its Received field then has the client's address beside our name.
   */
  XCLIENT;

  /** One command and its answer, within the time that is left. */
  interface Exchange {
    SmtpReply say(String command) throws IOException;
  }

  /** The command that says it on this connection; null for none. */
  private String verb(SmtpClient client) {
    return switch (this) {
      case NONE -> null;
      case XFORWARD, XCLIENT -> client.offers(name()) ? name() : null;
      case AUTO ->
          client.offers("XFORWARD") ? "XFORWARD" : client.offers("XCLIENT") ? "XCLIENT" : null;
    };
  }

  /**
   * What may go to the hop in one piece with MAIL: nothing where it is told nothing, and XFORWARD
   * where it knows pipelining, which Postfix' description of the command allows. Whoever sends it
   * hears an answer to each, and uses the connection only when all are positive.
   *
   * @return null when the answer must be heard before MAIL; XCLIENT begins the session anew
   */
  List<String> ahead(SmtpClient client, Submitter submitter) {
    String verb = verb(client);
    if (submitter == null || verb == null) {
      return List.of();
    }
    return verb.equals("XFORWARD") && client.offers("PIPELINING")
        ? commands(client, submitter, verb)
        : null;
  }

  /**
   * Tells it before a MAIL.
   *
   * @param ourName for the EHLO that must follow XCLIENT
   * @param log gets a line when the hop will not hear it and the message goes on all the same
   * @throws IOException when the connection is of no use any more: above all when the hop may still
   *     have the client before in mind
   */
  void introduce(
      SmtpClient client,
      Submitter submitter,
      String ourName,
      Exchange exchange,
      Consumer<String> log)
      throws IOException {
    String verb = verb(client);
    if (submitter == null || verb == null) {
      return;
    }
    SmtpReply refusal = tell(client, submitter, verb, exchange);
    if (refusal != null) {
      String line = client.name() + " refuses " + verb + ": " + refusal;
      if (verb.equals("XCLIENT") || client.isUsed()) {
        throw new IOException(line);
      }
      log.accept("next hop " + line);
    }
    if (verb.equals("XCLIENT")) {
      // The answer was a greeting: the session is back where it was before EHLO.
      SmtpReply hello = exchange.say("EHLO " + ourName);
      if (!hello.isPositive()) {
        throw new IOException(client.name() + " refuses EHLO after XCLIENT: " + hello);
      }
      String attributes = client.parameters(verb);
      client.learn(hello);
      if (!verb.equals(verb(client)) || !attributes.equals(client.parameters(verb))) {
        // It will not hear all of the next client, so none may come after this one.
        client.wearOut();
      }
    }
  }

  /** The refusal, or null when all was taken. */
  private static SmtpReply tell(
      SmtpClient client, Submitter submitter, String verb, Exchange exchange) throws IOException {
    for (String command : commands(client, submitter, verb)) {
      SmtpReply reply = exchange.say(command);
      if (!reply.isPositive()) {
        return reply;
      }
    }
    return null;
  }

  private static List<String> commands(SmtpClient client, Submitter submitter, String verb) {
    Set<String> offered =
        new HashSet<>(
            Arrays.asList(client.parameters(verb).strip().toUpperCase(Locale.ROOT).split(" +")));
    return submitter.commands(verb, offered);
  }
}

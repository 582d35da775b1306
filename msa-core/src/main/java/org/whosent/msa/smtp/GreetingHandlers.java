package org.whosent.msa.smtp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.whosent.msa.auth.SaslMechanism;
import org.whosent.msa.hop.Extension;
import org.whosent.msa.hop.Offer;

/** EHLO, HELO, STARTTLS and the commands that do nothing. Stateless. */
final class GreetingHandlers {
  private static final int MAX_NAME = 255;

  /** More than what we put on top of a message. */
  private static final int STAMP = 1024;

  /** Offered where every hop has it too. */
  private static final List<Extension> PASSED_ON =
      List.of(Extension.EIGHT_BIT, Extension.BINARY, Extension.UTF8, Extension.DSN);

  private GreetingHandlers() {}

  static Reply ehlo(Session session, String argument) {
    if (!isName(argument)) {
      return Reply.of(501, "5.5.4", "EHLO needs a domain or an address literal");
    }
    session.greeted(argument, true);
    session.connection().allowWork();
    Offer hop = session.context().nextHop().offer();
    List<String> lines = new ArrayList<>();
    lines.add(session.configuration().hostname());
    if (session.connection().tls() == null) {
      // Not last: GNU SASL's client does not see it there.
      lines.add("STARTTLS");
    }
    lines.add("PIPELINING");
    lines.add("SIZE " + size(session, hop));
    lines.add("ENHANCEDSTATUSCODES");
    lines.add("CHUNKING");
    for (Extension extension : PASSED_ON) {
      if (hop.has(extension) && (extension != Extension.BINARY || hop.has(Extension.CHUNKING))) {
        lines.add(extension.keyword());
      }
    }
    if (session.mayLogIn()) {
      String mechanisms =
          SaslMechanism.offered(session.saslContext()).stream()
              .map(SaslMechanism::wireName)
              .collect(Collectors.joining(" "));
      if (!mechanisms.isEmpty()) {
        lines.add("AUTH " + mechanisms);
      }
    }
    return new Reply(250, null, lines, false);
  }

  /** What a message may have, the fields included that we put on top of it. */
  private static long size(Session session, Offer hop) {
    long ours = Authorisation.maxMessageBytes(session);
    return hop.maxSize() == 0 ? ours : Math.min(ours, Math.max(1, hop.maxSize() - STAMP));
  }

  static Reply helo(Session session, String argument) {
    if (!isName(argument)) {
      return Reply.of(501, "5.5.4", "HELO needs a domain");
    }
    session.greeted(argument, false);
    return Reply.of(250, null, session.configuration().hostname());
  }

  /**
   * RFC 5321 section 4.1.4 forbids refusing a name because it is not the client's; many clients say
   * one that is not even a domain. Anything that can stand in a log is taken, and kept as said.
   */
  private static boolean isName(String text) {
    return text.length() <= MAX_NAME && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  static Reply startTls(Session session, String argument) throws IOException {
    session.startTls();
    return null;
  }

  static Reply noop(Session session, String argument) {
    return Reply.of(250, "2.0.0", "OK");
  }

  /** RFC 5321 section 7.3: who has a mailbox here is nobody's business. */
  static Reply vrfy(Session session, String argument) {
    return Reply.of(252, "2.5.0", "send some mail, and it will be tried");
  }

  static Reply help(Session session, String argument) {
    return Reply.of(
        214, "2.0.0", Commands.ALL.stream().map(Command::verb).collect(Collectors.joining(" ")));
  }

  static Reply quit(Session session, String argument) {
    return Reply.last(221, "2.0.0", session.configuration().hostname() + " closing");
  }
}

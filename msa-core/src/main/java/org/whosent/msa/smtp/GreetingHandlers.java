package org.whosent.msa.smtp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.whosent.msa.auth.SaslMechanism;

/** EHLO, HELO, STARTTLS and the commands that do nothing. Stateless. */
final class GreetingHandlers {
  private static final int MAX_NAME = 255;

  private GreetingHandlers() {}

  static Reply ehlo(Session session, String argument) {
    if (!isName(argument)) {
      return Reply.of(501, "5.5.4", "EHLO needs a domain or an address literal");
    }
    session.greeted(argument, true);
    List<String> lines = new ArrayList<>();
    lines.add(session.configuration().hostname());
    lines.add("PIPELINING");
    lines.add("SIZE " + Authorisation.maxMessageBytes(session));
    lines.add("8BITMIME");
    lines.add("ENHANCEDSTATUSCODES");
    if (session.connection().tls() == null) {
      lines.add("STARTTLS");
    }
    if (session.mayLogIn()) {
      lines.add(
          "AUTH "
              + Stream.of(SaslMechanism.values()).map(Enum::name).collect(Collectors.joining(" ")));
    }
    return new Reply(250, null, lines, false);
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

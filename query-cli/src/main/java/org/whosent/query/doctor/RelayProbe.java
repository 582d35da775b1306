package org.whosent.query.doctor;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.msa.client.SubmissionClient.Door;
import org.whosent.record.Addresses;

/**
 * Asks, without a login, for recipients that a server must not take, and ends each transaction with
 * RSET: no message is ever handed in. At most {@value #MAX_CONNECTIONS} connections and a dozen
 * recipients in all. Not thread-safe.
 */
final class RelayProbe {
  private static final int MAX_CONNECTIONS = 3;

  /** Words of servers that give no enhanced status code, or a broad one. */
  private static final Pattern NO_RELAY =
      Pattern.compile(
          "relay|authenti|not (?:permitted|allowed)|denied|prohibit|log ?in",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern RELAY_DENIED =
      Pattern.compile(
          "relay(?:ing)? (?:access )?(?:denied|not permitted)", Pattern.CASE_INSENSITIVE);

  /** How a recipient is written. */
  enum Form {
    /** {@code user@elsewhere}. */
    PLAIN("plain"),
    PERCENT("percent hack"),
    ROUTE("source route"),
    BANG("bang path"),
    QUOTED("quoted local part"),
    QUOTED_BARE("quoted local part without domain"),
    DOUBLE("two @"),
    LITERAL("address literal"),
    /** Plain, from a sender who claims to be of the site. */
    LOCAL_SENDER("local sender"),
    /** Plain, from the null reverse-path. */
    NULL_SENDER("null sender"),
    /** The site's postmaster. */
    LOCAL("local recipient"),
    /** A mailbox of the site that cannot exist. */
    NONSENSE("made-up local recipient");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    /** In words. */
    String words() {
      return words;
    }

    /** True when the recipient is elsewhere, whichever way it is written. */
    boolean isRelay() {
      return this != LOCAL && this != NONSENSE;
    }

    /** True when a catch-all of the site takes it without any relaying. */
    boolean mayBeCatchAll() {
      return this == PERCENT
          || this == BANG
          || this == QUOTED
          || this == QUOTED_BARE
          || this == LITERAL;
    }
  }

  /** What was made of a form. */
  enum Result {
    ACCEPTED,
    REFUSED,
    /** Refused for a reason that says nothing of relaying. */
    OTHER_REASON,
    /** Put off, or the connection was lost. */
    NOT_SETTLED
  }

  /** One form's answer. */
  record Answer(Form form, Result result, String said) {}

  /** All of them; the order is that of asking. */
  record Answers(List<Answer> all) {
    Answers {
      all = List.copyOf(all);
    }

    Answer of(Form form) {
      return all.stream().filter(a -> a.form == form).findFirst().orElseThrow();
    }
  }

  private final Examination examination;
  private final Door door;
  private final List<Answer> answers = new ArrayList<>();
  private SmtpClient client;
  private int connections;
  private String trouble;

  RelayProbe(Examination examination, Door door) {
    this.examination = examination;
    this.door = door;
  }

  Answers run() {
    Target target = examination.target();
    String outside = target.outside();
    String user = outside.substring(0, outside.lastIndexOf('@'));
    String elsewhere = outside.substring(outside.lastIndexOf('@') + 1);
    String site = target.localDomain();
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    String nonsense = "whosent-no-such-user-" + HexFormat.of().formatHex(random);
    ask(
        outside,
        List.of(
            new Question(Form.LOCAL, target.localRecipient()),
            new Question(Form.NONSENSE, nonsense + "@" + site),
            new Question(Form.PLAIN, outside),
            new Question(Form.PERCENT, user + "%" + elsewhere + "@" + site),
            new Question(Form.ROUTE, "@" + site + ":" + outside),
            new Question(Form.BANG, elsewhere + "!" + user + "@" + site),
            new Question(Form.QUOTED, "\"" + outside + "\"@" + site),
            new Question(Form.QUOTED_BARE, "\"" + outside + "\""),
            new Question(Form.DOUBLE, outside + "@" + site),
            new Question(Form.LITERAL, user + "%" + elsewhere + "@" + literal())));
    ask(target.localRecipient(), List.of(new Question(Form.LOCAL_SENDER, outside)));
    ask("", List.of(new Question(Form.NULL_SENDER, outside)));
    if (client != null) {
      client.quit();
    }
    return new Answers(answers);
  }

  private record Question(Form form, String recipient) {}

  /** The server's address in brackets; its host name where it has none that we know. */
  private String literal() {
    return Addresses.parse(examination.target().host())
        .map(
            a ->
                a.getAddress().length == 4
                    ? "[" + Addresses.format(a) + "]"
                    : "[IPv6:" + Addresses.format(a) + "]")
        .orElse(examination.target().host());
  }

  private void ask(String sender, List<Question> questions) {
    for (int i = 0; i < questions.size(); ) {
      SmtpReply mail = command("MAIL FROM:<" + sender + ">", true);
      if (mail == null || !mail.isPositive()) {
        for (; i < questions.size(); i++) {
          add(questions.get(i), mail);
        }
      }
      // When the connection is lost, the question that lost it is not asked again.
      boolean lost = false;
      for (; i < questions.size() && !lost; i++) {
        SmtpReply reply = command("RCPT TO:<" + questions.get(i).recipient + ">", false);
        lost = reply == null || reply.code() == 421;
        add(questions.get(i), reply);
      }
      command("RSET", false);
    }
  }

  private void add(Question question, SmtpReply reply) {
    answers.add(
        new Answer(
            question.form,
            reply == null ? Result.NOT_SETTLED : judge(question.form, reply),
            reply == null ? trouble : reply.toString()));
  }

  private static Result judge(Form form, SmtpReply reply) {
    if (reply.isPositive()) {
      return Result.ACCEPTED;
    }
    if (!reply.isPermanent()) {
      // Postfix's default is to put strangers off for ever: "454 4.7.1 … Relay access denied".
      return RELAY_DENIED.matcher(reply.text()).find() ? Result.REFUSED : Result.NOT_SETTLED;
    }
    // A syntax that the server does not take, or a mailbox that it does not have, is settled too:
    // only where the plain address elsewhere is refused must it be for the right reason.
    boolean plain = form == Form.PLAIN || form == Form.LOCAL_SENDER || form == Form.NULL_SENDER;
    boolean aboutLeave =
        reply.code() == 530
            || NO_RELAY.matcher(reply.text()).find()
            || "5.7.1".equals(reply.status())
            || "5.7.0".equals(reply.status());
    boolean aboutDomain =
        reply.status() != null && (reply.status().matches("5\\.[14]\\..*|5\\.7\\.27"))
            || reply.code() == 556
            || reply.code() == 521;
    return plain && (aboutDomain || !aboutLeave) ? Result.OTHER_REASON : Result.REFUSED;
  }

  /** The reply, or null when there is no connection to be had or it was lost. */
  private SmtpReply command(String line, boolean mayConnect) {
    try {
      if (client == null) {
        if (!mayConnect || connections == MAX_CONNECTIONS) {
          return null;
        }
        connections++;
        client = examination.open(door);
      }
      SmtpReply reply = client.command(line, examination.target().timeout());
      if (reply.code() == 421) {
        client.close();
        client = null;
      }
      return reply;
    } catch (IOException e) {
      trouble = SubmissionClient.reason(e);
      if (client != null) {
        client.close();
        client = null;
      }
      return null;
    }
  }
}

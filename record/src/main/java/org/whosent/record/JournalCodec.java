package org.whosent.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Journal lines as bytes and back; encode and decode stand together. Stateless, thread-safe.
 *
 * <p>A reader takes format version {@value #VERSION} and says so when it meets another; unknown
 * fields of a known version are passed over, so that a newer writer of the same version may add.
 */
public final class JournalCodec {
  /** The format version written into {@code v} of every line. */
  public static final int VERSION = 1;

  private JournalCodec() {}

  /** The line without its line feed, UTF-8. */
  public static byte[] encode(JournalEntry entry) {
    return JsonOut.object(
            false,
            out -> {
              out.number("v", VERSION);
              out.text("type", entry.type());
              switch (entry) {
                case JournalEntry.Submission s -> fields(s.record(), out, false);
                case JournalEntry.Outcome o -> {
                  out.time("time", o.time());
                  out.text("host", o.host());
                  out.text("transactionId", o.transactionId());
                  out.recipients("recipients", o.recipients());
                }
                case JournalEntry.Refusal r -> {
                  out.time("time", r.time());
                  out.text("host", r.host());
                  out.text("service", r.service());
                  out.text("client", r.client());
                  out.number("clientPort", r.clientPort());
                  out.text("helo", r.helo());
                  out.text("user", r.user());
                  out.text("command", r.command());
                  out.text("mailFrom", r.mailFrom());
                  out.text("recipient", r.recipient());
                  out.text("reply", r.reply());
                }
                case JournalEntry.LoginFailure f -> fields(f, out);
                case JournalEntry.Heartbeat h -> {
                  out.time("time", h.time());
                  out.text("host", h.host());
                }
              }
            })
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads one line.
   *
   * @param line UTF-8, without its line feed
   * @throws BadLineException when it is no line of this format or version, or lacks what its type
   *     requires
   */
  public static JournalEntry decode(byte[] line) throws BadLineException {
    var header =
        new Object() {
          Long version;
          String type;
        };
    JsonIn.object(
        line,
        0,
        line.length,
        (name, in) -> {
          switch (name) {
            case "v" -> header.version = in.number();
            case "type" -> header.type = in.text();
            default -> in.skip();
          }
        });
    if (header.version == null || header.type == null) {
      throw new BadLineException("no 'v' and 'type'");
    }
    if (header.version != VERSION) {
      throw new BadLineException(
          "journal format %d; this program reads %d".formatted(header.version, VERSION));
    }
    Flat flat = new Flat();
    return switch (header.type) {
      case "submission" -> new JournalEntry.Submission(record(line, 0, line.length));
      case "outcome" -> {
        flat.read(line);
        yield new JournalEntry.Outcome(
            flat.time(),
            flat.host(),
            flat.need("transactionId", flat.transactionId),
            flat.recipients);
      }
      case "refusal" -> {
        flat.read(line);
        yield new JournalEntry.Refusal(
            flat.time(),
            flat.host(),
            flat.service,
            flat.client,
            flat.clientPort,
            flat.helo,
            flat.user,
            flat.command,
            flat.mailFrom,
            flat.recipient,
            flat.need("reply", flat.reply));
      }
      case "login-failure" -> {
        flat.read(line);
        yield flat.loginFailure();
      }
      case "heartbeat" -> {
        flat.read(line);
        yield new JournalEntry.Heartbeat(flat.time(), flat.host());
      }
      default -> throw new BadLineException("unknown type '" + header.type + "'");
    };
  }

  /** A record alone, as the index keeps it: the fields of a submission line without v and type. */
  public static byte[] encodeRecord(SubmissionRecord record) {
    return JsonOut.object(false, out -> fields(record, out, false))
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #encodeRecord} wrote.
   *
   * @throws BadLineException when the bytes are no record
   */
  public static SubmissionRecord record(byte[] json, int offset, int length)
      throws BadLineException {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    JsonIn.object(
        json,
        offset,
        length,
        (name, in) -> {
          RecordField<?> field = RecordFields.named(name);
          if (field == null) {
            in.skip();
          } else {
            field.read(in, builder);
          }
        });
    if (builder.time == null || builder.transactionId == null || builder.host == null) {
      throw new BadLineException("a record needs time, transactionId and host");
    }
    return builder.build();
  }

  /**
   * Writes a record's fields into an object for people and scripts: every field is there, null
   * where unknown, and {@code source} names the first line it rests on.
   */
  public static void show(SubmissionRecord record, JsonOut out) throws IOException {
    fields(record, out, true);
  }

  private static void fields(JournalEntry.LoginFailure failure, JsonOut out) throws IOException {
    out.time("time", failure.time());
    out.text("host", failure.host());
    out.text("service", failure.service());
    out.text("client", failure.client());
    out.number("clientPort", failure.clientPort());
    out.text("helo", failure.helo());
    out.text("login", failure.login());
    out.text("mechanism", failure.mechanism());
    out.text("reason", failure.reason());
  }

  /**
   * A failed login as the index keeps it: the journal's fields and the line they were read from.
   */
  public static byte[] encodeFailedLogin(FailedLogin login) {
    return JsonOut.object(
            false,
            out -> {
              fields(login.failure(), out);
              out.lines("provenance", List.of(login.source()));
            })
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #encodeFailedLogin} wrote.
   *
   * @throws BadLineException when the bytes are no failed login
   */
  public static FailedLogin failedLogin(byte[] json) throws BadLineException {
    Flat flat = new Flat();
    flat.read(json);
    if (flat.provenance.size() != 1) {
      throw new BadLineException("a failed login rests on one line");
    }
    return new FailedLogin(flat.loginFailure(), flat.provenance.getFirst());
  }

  /** Writes a failed login for people and scripts: every field is there, null where unknown. */
  public static void show(FailedLogin login, JsonOut out) throws IOException {
    fields(login.failure(), out);
    out.text("source", login.source().toString());
  }

  private static void fields(SubmissionRecord record, JsonOut out, boolean source)
      throws IOException {
    for (RecordField<?> field : RecordFields.ALL) {
      field.write(record, out);
      if (source && field.name().equals("completed")) {
        out.text("source", record.source());
      }
    }
  }

  /** The fields of all types but submission: each is one flat object. */
  private static final class Flat {
    Instant time;
    String host;
    String transactionId;
    List<Recipient> recipients = List.of();
    String service;
    String client;
    Integer clientPort;
    String helo;
    String user;
    String command;
    String mailFrom;
    String recipient;
    String reply;
    String login;
    String mechanism;
    String reason;
    List<SourceLine> provenance = List.of();

    void read(byte[] line) throws BadLineException {
      JsonIn.object(
          line,
          0,
          line.length,
          (name, in) -> {
            switch (name) {
              case "time" -> time = in.time();
              case "host" -> host = in.text();
              case "transactionId" -> transactionId = in.text();
              case "recipients" -> recipients = in.recipients();
              case "service" -> service = in.text();
              case "client" -> client = in.text();
              case "clientPort" -> clientPort = in.port();
              case "helo" -> helo = in.text();
              case "user" -> user = in.text();
              case "command" -> command = in.text();
              case "mailFrom" -> mailFrom = in.text();
              case "recipient" -> recipient = in.text();
              case "reply" -> reply = in.text();
              case "login" -> login = in.text();
              case "mechanism" -> mechanism = in.text();
              case "reason" -> reason = in.text();
              case "provenance" -> provenance = in.lines();
              default -> in.skip();
            }
          });
    }

    JournalEntry.LoginFailure loginFailure() throws BadLineException {
      return new JournalEntry.LoginFailure(
          time(), host(), service, client, clientPort, helo, login, mechanism, reason);
    }

    Instant time() throws BadLineException {
      return need("time", time);
    }

    String host() throws BadLineException {
      return need("host", host);
    }

    <T> T need(String name, T value) throws BadLineException {
      if (value == null) {
        throw new BadLineException("no '" + name + "'");
      }
      return value;
    }
  }
}

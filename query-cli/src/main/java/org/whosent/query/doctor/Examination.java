package org.whosent.query.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.msa.client.SubmissionClient.Door;
import org.whosent.msa.client.SubmissionService;
import org.whosent.msa.tls.TlsMaterial;

/**
 * One examination of a server: looks once at each port and remembers what was seen, so that the
 * clauses that share a look do not knock again. Polite: one connection at a time, each ended with
 * QUIT. Not thread-safe.
 */
public final class Examination {
  private final Target target;
  private final SSLContext trusting = TlsMaterial.trustingClient();
  private final Map<SubmissionService, DoorReport> reports = new EnumMap<>(SubmissionService.class);
  private final Map<SubmissionService, RelayProbe.Answers> relays =
      new EnumMap<>(SubmissionService.class);
  private ProbeSubmission.Outcome probe;

  /** Nothing is connected to yet. */
  public Examination(Target target) {
    this.target = target;
  }

  /**
   * A clause with what was found.
   *
   * @param clause its name
   * @param level MUST or SHOULD
   * @param source RFC and section
   * @param requirement in our words
   * @param finding how it came out
   */
  public record Line(
      String clause, String level, String source, String requirement, Finding finding) {}

  /** Checks every clause in turn and tells of each as soon as it is known. */
  public void run(Consumer<Line> lines) {
    for (Clause clause : Clauses.ALL) {
      Finding finding = clause.check().apply(this);
      lines.accept(
          new Line(clause.name(), clause.level(), clause.source(), clause.requirement(), finding));
    }
  }

  Target target() {
    return target;
  }

  /** What a look at the service's port showed; null when the operator left it out. */
  DoorReport report(SubmissionService service) {
    return target
        .door(service)
        .map(d -> reports.computeIfAbsent(service, _ -> look(d)))
        .orElse(null);
  }

  /** What strangers may do there; null when the operator left the port out. */
  RelayProbe.Answers relay(SubmissionService service) {
    return target
        .door(service)
        .map(d -> relays.computeIfAbsent(service, _ -> new RelayProbe(this, d).run()))
        .orElse(null);
  }

  /** What came of the probe message; it is sent once. */
  ProbeSubmission.Outcome probe() {
    if (probe == null) {
      probe = ProbeSubmission.send(target);
    }
    return probe;
  }

  /** A connection that was greeted, said EHLO and, where it can be, is under TLS. */
  SmtpClient open(Door door) throws IOException {
    SmtpClient client = greeted(door);
    boolean done = false;
    try {
      if (!door.service().implicitTls() && client.offers("STARTTLS")) {
        positive(client.command("STARTTLS", target.timeout()));
        client.startTls(trusting, target.tlsName(), false, target.timeout());
        positive(client.hello(target.ourName(), target.timeout()));
      }
      done = true;
      return client;
    } finally {
      if (!done) {
        client.close();
      }
    }
  }

  /** A connection that was greeted and said EHLO; in clear where TLS does not come first. */
  SmtpClient greeted(Door door) throws IOException {
    SmtpClient client = SmtpClient.connect(target.host(), door.port(), target.timeout());
    boolean done = false;
    try {
      if (door.service().implicitTls()) {
        client.startTls(trusting, target.tlsName(), false, target.timeout());
      }
      positive(client.reply(target.timeout()));
      positive(client.hello(target.ourName(), target.timeout()));
      done = true;
      return client;
    } finally {
      if (!done) {
        client.close();
      }
    }
  }

  /** A context that takes every certificate: what is looked at is the server, not the way there. */
  SSLContext trusting() {
    return trusting;
  }

  private static void positive(SmtpReply reply) throws IOException {
    if (!reply.isPositive()) {
      throw new IOException("it says " + reply);
    }
  }

  private DoorReport look(Door door) {
    SmtpReply greeting = null;
    Map<String, String> clear = null;
    SSLSession tls = null;
    String tlsTrouble = null;
    Map<String, String> covered = null;
    try (SmtpClient client = SmtpClient.connect(target.host(), door.port(), target.timeout())) {
      if (door.service().implicitTls()) {
        try {
          client.startTls(trusting, target.tlsName(), false, target.timeout());
          tls = client.tls();
        } catch (IOException e) {
          tlsTrouble = SubmissionClient.reason(e);
          throw new IOException("TLS: " + tlsTrouble, e);
        }
      }
      greeting = client.reply(target.timeout());
      positive(greeting);
      positive(client.hello(target.ourName(), target.timeout()));
      if (door.service().implicitTls()) {
        covered = Map.copyOf(client.extensions());
      } else {
        clear = Map.copyOf(client.extensions());
        if (client.offers("STARTTLS")) {
          try {
            positive(client.command("STARTTLS", target.timeout()));
            client.startTls(trusting, target.tlsName(), false, target.timeout());
            tls = client.tls();
            positive(client.hello(target.ourName(), target.timeout()));
            covered = Map.copyOf(client.extensions());
          } catch (IOException e) {
            tlsTrouble = SubmissionClient.reason(e);
          }
        } else {
          tlsTrouble = "STARTTLS is not offered";
        }
      }
      client.quit();
    } catch (IOException e) {
      return new DoorReport(
          door,
          SubmissionClient.reason(e),
          e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused"),
          greeting,
          clear,
          tls,
          tlsTrouble,
          covered,
          null);
    }
    return new DoorReport(
        door,
        null,
        false,
        greeting,
        clear,
        tls,
        tlsTrouble,
        covered,
        tls == null ? null : verify(door));
  }

  /** Connects once more as a careful client would; null when the certificate holds. */
  private String verify(Door door) {
    SubmissionClient careful =
        new SubmissionClient(
            target.host(),
            List.of(door),
            target.verifying(),
            target.tlsName(),
            target.ourName(),
            target.timeout(),
            (_, _) -> {});
    try (SmtpClient client = careful.connect()) {
      client.quit();
      return null;
    } catch (IOException e) {
      return SubmissionClient.reason(e);
    }
  }
}

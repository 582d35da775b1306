package org.whosent.query.doctor;

import static org.whosent.msa.client.SubmissionService.SMTP;
import static org.whosent.msa.client.SubmissionService.SUBMISSION;
import static org.whosent.msa.client.SubmissionService.SUBMISSIONS;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.whosent.msa.client.ClientMechanism;
import org.whosent.msa.client.SubmissionService;
import org.whosent.query.doctor.RelayProbe.Answer;
import org.whosent.query.doctor.RelayProbe.Form;

/**
 * All that is checked, in the order in which it is told. To add a clause: a row here. Stateless.
 */
final class Clauses {
  /** Mechanisms by which no password can be read on the way. */
  private static final List<String> SAFE_IN_CLEAR =
      List.of("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "CRAM-MD5", "DIGEST-MD5", "GSSAPI");

  private static final Duration SOON = Duration.ofDays(14);

  static final List<Clause> ALL =
      List.of(
          new Clause(
              "submission-port",
              "MUST",
              "RFC 5068 section 3.1",
              "port 587 can be reached",
              e -> reachable(e, SUBMISSION)),
          new Clause(
              "submissions-port",
              "SHOULD",
              "RFC 8314 section 3.3",
              "port 465 can be reached, with TLS from the first octet",
              e -> reachable(e, SUBMISSIONS)),
          new Clause(
              "no-interception",
              "MUST",
              "RFC 5068 section 3.1",
              "what answers on port 587 is the server, not something in between",
              Clauses::interception),
          new Clause(
              "starttls",
              "SHOULD",
              "RFC 8314 section 3.3",
              "STARTTLS is offered on port 587 and works",
              e ->
                  at(
                      e,
                      SUBMISSION,
                      r ->
                          r.tls() == null
                              ? Finding.fail(r.port() + ": " + r.tlsTrouble())
                              : Finding.pass(
                                  r.port()
                                      + " "
                                      + r.tls().getProtocol()
                                      + " "
                                      + r.tls().getCipherSuite()))),
          new Clause(
              "tls-version",
              "MUST",
              "RFC 8997 section 3",
              "TLS 1.2 or later, nothing older",
              e -> eachProtected(e, r -> OldTlsProbe.ask(e, r.door()))),
          new Clause(
              "certificate",
              "MUST",
              "RFC 7817 section 3",
              "the certificate is valid for the server's name, and not about to expire",
              e -> eachProtected(e, Clauses::certificate)),
          new Clause(
              "starttls-injection",
              "MUST",
              "RFC 3207 section 4.2",
              "nothing that was sent before TLS counts under it",
              e -> eachInClear(e, r -> InjectionProbe.ask(e, r.door()), true)),
          new Clause(
              "auth-offered",
              "MUST",
              "RFC 5068 section 3.1",
              "a login is possible on the submission ports, under TLS",
              e -> eachProtected(e, Clauses::authOffered)),
          new Clause(
              "auth-checked",
              "MUST",
              "RFC 5068 section 3.1",
              "a user who does not exist is refused",
              e ->
                  eachProtected(
                      e,
                      r ->
                          mechanisms(r.protectedExtensions()).isEmpty()
                              ? Finding.unknown(r.port() + " offers no AUTH")
                              : LoginProbe.underTls(e, r.door()))),
          new Clause(
              "no-auth-in-clear-offered",
              "SHOULD",
              "RFC 5068 section 5",
              "no password is asked for before TLS",
              e -> eachInClear(e, Clauses::authInClear, false)),
          new Clause(
              "no-auth-in-clear",
              "SHOULD",
              "RFC 5068 section 5",
              "a password that comes before TLS is not looked at",
              e -> eachInClear(e, r -> LoginProbe.inClear(e, r.door()), false)),
          new Clause(
              "auth-required",
              "MUST",
              "RFC 5068 section 3.1",
              "no mail without a login on the submission ports",
              e ->
                  both(
                      relayed(e, SUBMISSION, Form.PLAIN, Form.LOCAL_SENDER, Form.NULL_SENDER),
                      relayed(e, SUBMISSIONS, Form.PLAIN, Form.LOCAL_SENDER, Form.NULL_SENDER))),
          new Clause(
              "auth-required-for-local-recipients",
              "MUST",
              "RFC 5068 section 3.1",
              "nor for the site's own recipients",
              e -> both(local(e, SUBMISSION), local(e, SUBMISSIONS))),
          new Clause(
              "no-open-relay-on-submission-ports",
              "MUST NOT",
              "RFC 5068 section 3.2",
              "no way of writing a recipient gets mail past the login on 587 and 465",
              e -> both(relayed(e, SUBMISSION, forms()), relayed(e, SUBMISSIONS, forms()))),
          new Clause(
              "no-open-relay-on-smtp",
              "MUST NOT",
              "RFC 5068 section 3.2",
              "port 25 takes no mail to elsewhere without a login",
              e -> relayed(e, SMTP, forms())),
          new Clause(
              "login",
              "MUST",
              "RFC 5068 section 3.1",
              "the test account can log in",
              e -> withAccount(e, () -> e.probe().login())),
          new Clause(
              "accepted",
              "SHOULD",
              "RFC 5068 section 3.1",
              "its message is accepted, and the reply gives an ID",
              e -> withAccount(e, () -> e.probe().submission())),
          new Clause(
              "traceable",
              "SHOULD",
              "RFC 5068 section 3.1",
              "the message can be traced to the account",
              e -> withAccount(e, () -> traced(e))),
          new Clause(
              "retention",
              "SHOULD",
              "RFC 5068 section 3.1",
              "records are kept for a week at least",
              e ->
                  e.target().index() == null
                      ? Finding.skipped("no --data")
                      : e.target().index().retention()));

  private Clauses() {}

  private static Form[] forms() {
    return Arrays.stream(Form.values()).filter(Form::isRelay).toArray(Form[]::new);
  }

  private static Finding leftOut() {
    return Finding.skipped("the port is left out");
  }

  /** Of a port that greeted; else unknown, with the reason. */
  private static Finding at(
      Examination e, SubmissionService service, Function<DoorReport, Finding> check) {
    DoorReport report = e.report(service);
    if (report == null) {
      return leftOut();
    }
    return report.greeted()
        ? check.apply(report)
        : Finding.unknown(report.port() + ": " + report.trouble());
  }

  /** Of all submission ports that have TLS; there should be one. */
  private static Finding eachProtected(Examination e, Function<DoorReport, Finding> check) {
    Finding all = leftOut();
    for (SubmissionService service : List.of(SUBMISSION, SUBMISSIONS)) {
      all =
          all.and(
              at(
                  e,
                  service,
                  r ->
                      r.tls() == null
                          ? Finding.unknown(r.port() + ": " + r.tlsTrouble())
                          : check.apply(r)));
    }
    return all;
  }

  /** Of all ports where SMTP comes before TLS. */
  private static Finding eachInClear(
      Examination e, Function<DoorReport, Finding> check, boolean needsStartTls) {
    Finding all = leftOut();
    for (SubmissionService service : List.of(SUBMISSION, SMTP)) {
      DoorReport report = e.report(service);
      if (report == null) {
        continue;
      }
      if (service == SMTP && closed(report)) {
        continue;
      }
      Finding one =
          at(
              e,
              service,
              r ->
                  needsStartTls && !r.offersStartTls()
                      ? Finding.skipped(r.port() + " offers no STARTTLS")
                      : check.apply(r));
      all = all.and(one);
    }
    return all;
  }

  /** Port 25 need not be there: a site may take its mail from other sites elsewhere. */
  private static boolean closed(DoorReport report) {
    return report.refusedConnection();
  }

  private static Finding reachable(Examination e, SubmissionService service) {
    DoorReport report = e.report(service);
    if (report == null) {
      return leftOut();
    }
    return report.greeted()
        ? Finding.pass(report.port() + " greets: " + report.greeting())
        : Finding.fail(report.port() + ": " + report.trouble());
  }

  private static Finding interception(Examination e) {
    return at(
        e,
        SUBMISSION,
        r -> {
          // Boxes in between overwrite what they do not want to be seen with these.
          boolean masked =
              r.greeting().text().contains("****")
                  || r.clear().keySet().stream().anyMatch(k -> k.matches("X{4,}[A-Z]?"));
          if (masked) {
            return Finding.fail(r.port() + ": something in between rewrites what the server says");
          }
          if (r.tls() != null && r.certificateTrouble() == null) {
            return Finding.pass(r.port() + ": the certificate shows that it is the server");
          }
          DoorReport other = e.report(SUBMISSIONS);
          if (other != null && other.greeted() && other.certificateTrouble() == null) {
            return Finding.fail(
                r.port()
                    + ": "
                    + (r.tls() == null ? r.tlsTrouble() : r.certificateTrouble())
                    + ", while "
                    + other.port()
                    + " shows the server's certificate");
          }
          return Finding.unknown(
              r.port() + ": without a valid certificate nobody can tell who answers");
        });
  }

  private static Finding certificate(DoorReport report) {
    if (report.certificateTrouble() != null) {
      return Finding.fail(report.certificateTrouble());
    }
    try {
      Instant end =
          ((X509Certificate) report.tls().getPeerCertificates()[0]).getNotAfter().toInstant();
      long days = Duration.between(Instant.now(), end).toDays();
      String words = report.port() + ": valid, for " + days + " more days";
      return end.isBefore(Instant.now().plus(SOON)) ? Finding.fail(words) : Finding.pass(words);
    } catch (SSLPeerUnverifiedException e) {
      return Finding.unknown(report.port() + ": it shows no certificate");
    }
  }

  private static List<String> mechanisms(Map<String, String> extensions) {
    return extensions == null ? List.of() : ClientMechanism.offered(extensions);
  }

  private static Finding authOffered(DoorReport report) {
    List<String> offered = mechanisms(report.protectedExtensions());
    return offered.isEmpty()
        ? Finding.fail(report.port() + " offers no AUTH")
        : Finding.pass(report.port() + " offers " + String.join(" ", offered));
  }

  private static Finding authInClear(DoorReport report) {
    List<String> readable =
        mechanisms(report.clear()).stream().filter(m -> !SAFE_IN_CLEAR.contains(m)).toList();
    return readable.isEmpty()
        ? Finding.pass(report.port() + " offers none before TLS")
        : Finding.fail(report.port() + " offers " + String.join(" ", readable) + " before TLS");
  }

  private static Finding both(Finding one, Finding other) {
    return one.and(other);
  }

  private static Finding local(Examination e, SubmissionService service) {
    return at(
        e,
        service,
        r -> {
          Answer answer = e.relay(service).of(Form.LOCAL);
          return switch (answer.result()) {
            case ACCEPTED ->
                Finding.fail(
                    r.port()
                        + " takes mail for "
                        + e.target().localRecipient()
                        + " without a login");
            case NOT_SETTLED -> Finding.unknown(r.port() + ": " + answer.said());
            case REFUSED, OTHER_REASON -> Finding.pass(r.port() + ": " + answer.said());
          };
        });
  }

  private static Finding relayed(Examination e, SubmissionService service, Form... forms) {
    DoorReport report = e.report(service);
    if (report != null && service == SMTP && closed(report)) {
      return Finding.pass(report.port() + " is closed");
    }
    return at(
        e,
        service,
        r -> {
          boolean catchAll =
              service == SMTP
                  && e.relay(service).of(Form.NONSENSE).result() == RelayProbe.Result.ACCEPTED;
          List<String> taken = new ArrayList<>();
          List<String> unclear = new ArrayList<>();
          String said = null;
          for (Form form : forms) {
            Answer answer = e.relay(service).of(form);
            switch (answer.result()) {
              case ACCEPTED -> {
                if (catchAll && form.mayBeCatchAll()) {
                  unclear.add(form.words() + " is taken, as is any recipient of the site");
                } else {
                  taken.add(form.words());
                }
              }
              case NOT_SETTLED -> unclear.add(form.words() + ": " + answer.said());
              case OTHER_REASON ->
                  unclear.add(
                      form.words()
                          + " is refused, but for another reason (give --outside): "
                          + answer.said());
              case REFUSED -> said = said == null ? answer.said() : said;
            }
          }
          if (!taken.isEmpty()) {
            return Finding.fail(r.port() + " takes mail to elsewhere: " + String.join(", ", taken));
          }
          if (!unclear.isEmpty()) {
            return Finding.unknown(r.port() + ": " + unclear.getFirst());
          }
          return Finding.pass(r.port() + " refuses: " + said);
        });
  }

  private static Finding withAccount(Examination e, java.util.function.Supplier<Finding> check) {
    return e.target().credentials() == null ? Finding.skipped("no --user") : check.get();
  }

  private static Finding traced(Examination e) {
    if (e.target().index() == null) {
      return Finding.skipped("no --data");
    }
    ProbeSubmission.Outcome probe = e.probe();
    return probe.message() == null
        ? Finding.unknown("no message was accepted")
        : e.target().index().trace(probe.message(), probe.id(), e.target().credentials().user());
  }
}

package org.whosent.query.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.whosent.msa.client.Credentials;
import org.whosent.msa.smtp.MailPath;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.doctor.Examination;
import org.whosent.query.doctor.Finding;
import org.whosent.query.doctor.Finding.Result;
import org.whosent.query.doctor.ProbeTrace;
import org.whosent.query.doctor.Target;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.record.Addresses;
import org.whosent.record.JsonOut;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent doctor}: a live submission server, clause by clause. */
@Command(
    name = "doctor",
    description = {
      "Check a live submission server, ours or any other, from outside, against RFC 5068 and"
          + " related RFCs.",
      "It submits no mail: every attempt ends before DATA. Only with --user is one probe message"
          + " submitted, and with --data also traced."
    },
    footer = {
      "",
      "Check your own servers only, and from outside their networks: servers allow insiders more"
          + " than",
      "others. The server's log will show failed logins of a made-up user and refused recipients.",
      "Exit status: 0 everything that was checked passes, 1 something fails, 2 nothing fails but",
      "something could not be checked, or an error.",
      "",
      "Examples:",
      "  whosent doctor mail.example.org",
      "  whosent doctor mail.example.org --user probe@example.org --to sink@example.org"
    })
public final class DoctorCommand implements Callable<Integer> {
  enum Output {
    text,
    json
  }

  @Parameters(paramLabel = "HOST", description = "The server's name, as mail programs know it.")
  private String host;

  @Option(
      names = "--local-domain",
      paramLabel = "DOMAIN",
      description =
          "A domain for which the site accepts mail. Default: the host without its first label.")
  private String localDomain;

  @Option(
      names = "--outside",
      paramLabel = "ADDRESS",
      description =
          "An address of yours at another site, for the server to look up; it gets no mail."
              + " Default: whosent-doctor@example.com.")
  private String outside = "whosent-doctor@example.com";

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = "The probe's sender. Default: the login, if it is an address.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "Who gets the probe message. Default: its sender.")
  private String to;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory whose index should then hold the probe.")
  private Path data;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "How long the probe may take to be indexed. Default: 30.")
  private int waitSeconds = 30;

  @Option(names = "--output", paramLabel = "text|json", description = "Default: text.")
  private Output output = Output.text;

  @Mixin private ServerOptions server;
  @Mixin private CredentialOptions login;
  @Mixin private AccessOption access;

  @Override
  public Integer call() throws Exception {
    if (data == null) {
      return examine(target(null));
    }
    if (!Files.isDirectory(data)) {
      throw new OperatorException(data + ": no such data directory");
    }
    Site site = Site.read(data);
    return access.look(
        data,
        site,
        look ->
            examine(
                target(new ProbeTrace(data, site, Duration.ofSeconds(waitSeconds), look::shown))));
  }

  private int examine(Target target) {
    Map<Result, Integer> counts = new EnumMap<>(Result.class);
    try (ResultWriter out = ResultWriter.standardOutput()) {
      new Examination(target)
          .run(
              line -> {
                counts.merge(line.finding().result(), 1, Integer::sum);
                out.line(output == Output.json ? json(line) : text(line));
                // Some checks take their time; what is known is shown.
                out.flush();
              });
    }
    System.err.println(
        "whosent doctor: %s: %d pass, %d fail, %d unknown, %d skipped"
            .formatted(
                SafeText.forTerminal(host),
                counts.getOrDefault(Result.PASS, 0),
                counts.getOrDefault(Result.FAIL, 0),
                counts.getOrDefault(Result.UNKNOWN, 0),
                counts.getOrDefault(Result.SKIPPED, 0)));
    return counts.containsKey(Result.FAIL)
        ? ExitStatus.NOT_FOUND
        : counts.containsKey(Result.UNKNOWN) ? ExitStatus.ERROR : ExitStatus.DONE;
  }

  private Target target(ProbeTrace index) throws IOException, OperatorException {
    String address = ServerOptions.host(host);
    try {
      InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new OperatorException(host + ": no such host", e);
    }
    Credentials credentials = login.credentials();
    String sender = null;
    String recipient = null;
    if (credentials != null) {
      sender = from != null ? from : credentials.user();
      recipient = to != null ? to : sender;
      needAddress(from == null ? "--from is needed, since the login" : "--from", sender);
      needAddress("--to", recipient);
    } else if (from != null || to != null) {
      throw new OperatorException("--from and --to go with --user");
    }
    needAddress("--outside", outside);
    if (waitSeconds < 0 || waitSeconds > 86_400) {
      throw new OperatorException("--wait: 0 to 86400 seconds");
    }
    return new Target(
        address,
        server.doors(),
        server.tlsName(address),
        server.verifying(),
        localDomain(address),
        outside,
        server.ourName(),
        server.timeout(),
        credentials,
        login.mechanism(),
        sender,
        recipient,
        index);
  }

  private String localDomain(String address) throws OperatorException {
    if (localDomain != null) {
      if (!MailPath.isDomain(localDomain)) {
        throw new OperatorException("--local-domain: not a domain: " + localDomain);
      }
      return localDomain;
    }
    if (Addresses.parse(address).isPresent()) {
      throw new OperatorException("HOST is an address, so --local-domain is needed");
    }
    String[] labels = address.split("\\.");
    return labels.length > 2 ? address.substring(labels[0].length() + 1) : address;
  }

  private static void needAddress(String option, String text) throws OperatorException {
    if (!SubmitCommand.isAddress(text)) {
      throw new OperatorException(option + ": not an ASCII mail address: " + text);
    }
  }

  private static String text(Examination.Line line) {
    Finding finding = line.finding();
    return "%-8s %s (%s, %s): %s"
        .formatted(
            finding.result().word(),
            line.requirement(),
            line.source(),
            line.level(),
            SafeText.forTerminal(finding.reason()));
  }

  private static String json(Examination.Line line) {
    return JsonOut.object(
        true,
        json -> {
          json.text("clause", line.clause());
          json.text("result", line.finding().result().word());
          json.text("level", line.level());
          json.text("source", line.source());
          json.text("requirement", line.requirement());
          json.text("reason", line.finding().reason());
        });
  }
}

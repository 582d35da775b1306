package org.whosent.query.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.autoconfig.ConfigurationXml;
import org.whosent.query.autoconfig.MailSettings;
import org.whosent.query.autoconfig.MailSettings.Protocol;
import org.whosent.query.autoconfig.MailSettings.Server;
import org.whosent.query.autoconfig.ZoneRecords;
import org.whosent.query.output.ResultWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code whosent autoconfig}: what leads mail programs to the right port. */
@Command(
    name = "autoconfig",
    description =
        "Print the DNS records or the configuration file by which mail programs find the submission"
            + " server.",
    footer = {
      "",
      "dns: SRV records (RFC 6186, RFC 8314) for the domain's zone file. mozilla: the file to serve"
          + " at",
      "https://autoconfig.DOMAIN/mail/config-v1.1.xml or",
      "https://DOMAIN/.well-known/autoconfig/mail/config-v1.1.xml. microsoft: the answer to serve"
          + " at",
      "https://autodiscover.DOMAIN/autodiscover/autodiscover.xml.",
      "Thunderbird ignores a file without an incoming server, so give --imap or --pop3.",
      "Exit status: 0 done, 2 an error.",
      "",
      "Examples:",
      "  whosent autoconfig --domain example.org --host mx.example.org",
      "  whosent autoconfig --domain example.org --host mx.example.org --format mozilla"
    })
public final class AutoconfigCommand implements Callable<Integer> {
  enum Format {
    dns,
    mozilla,
    microsoft
  }

  enum LoginForm {
    address,
    localpart
  }

  @Option(
      names = "--domain",
      required = true,
      paramLabel = "DOMAIN",
      description = "The domain of the users' addresses.")
  private String domain;

  @Option(
      names = "--host",
      required = true,
      paramLabel = "HOST",
      description = "The submission server's name, as in its certificate.")
  private String host;

  @Option(names = "--format", paramLabel = "dns|mozilla|microsoft", description = "Default: dns.")
  private Format format = Format.dns;

  @Option(
      names = "--submissions-port",
      paramLabel = "PORT",
      description = "The port with TLS from the first octet. Default: 465; 0: not offered.")
  private int submissionsPort = 465;

  @Option(
      names = "--submission-port",
      paramLabel = "PORT",
      description = "The port with STARTTLS. Default: 587; 0: not offered.")
  private int submissionPort = 587;

  @Option(names = "--imap", paramLabel = "HOST", description = "IMAP with TLS, on port 993.")
  private String imap;

  @Option(names = "--pop3", paramLabel = "HOST", description = "POP3 with TLS, on port 995.")
  private String pop3;

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      description = "The service's name that users see. Default: the domain.")
  private String name;

  @Option(
      names = "--login",
      paramLabel = "address|localpart",
      description = "What users log in with. Default: address.")
  private LoginForm login = LoginForm.address;

  @Override
  public Integer call() throws Exception {
    MailSettings settings = settings();
    try (ResultWriter out = ResultWriter.standardOutput()) {
      switch (format) {
        case dns -> ZoneRecords.lines(settings).forEach(out::line);
        case mozilla -> ConfigurationXml.mozilla(settings).lines().forEach(out::line);
        case microsoft -> ConfigurationXml.microsoft(settings).lines().forEach(out::line);
      }
    }
    if (format == Format.mozilla && settings.incoming().isEmpty()) {
      System.err.println(
          "whosent autoconfig: no incoming server is named; some mail programs pass such a file"
              + " over");
    }
    return ExitStatus.DONE;
  }

  private MailSettings settings() throws OperatorException {
    if (submissionsPort == 0 && submissionPort == 0) {
      throw new OperatorException("no port is left at which mail could be handed in");
    }
    List<Server> submission =
        List.of(
            server(Protocol.SUBMISSIONS, "--host", host, submissionsPort),
            server(Protocol.SUBMISSION, "--host", host, submissionPort));
    List<Server> incoming = new ArrayList<>();
    if (imap != null) {
      incoming.add(server(Protocol.IMAPS, "--imap", imap, 993));
    }
    if (pop3 != null) {
      incoming.add(server(Protocol.POP3S, "--pop3", pop3, 995));
    }
    String ours = domain("--domain", domain);
    String shown = name == null ? ours : name;
    if (shown.isBlank() || shown.chars().anyMatch(c -> c < ' ' || c == 0x7f || c > 0xfffd)) {
      throw new OperatorException("--name: a line of printable text is expected");
    }
    return new MailSettings(
        ours,
        submission,
        incoming,
        shown,
        login == LoginForm.address ? MailSettings.Login.ADDRESS : MailSettings.Login.LOCAL_PART);
  }

  private static Server server(Protocol protocol, String option, String host, int port)
      throws OperatorException {
    if (port < 0 || port > 65_535) {
      throw new OperatorException(port + " is no port");
    }
    return new Server(protocol, domain(option, host), port);
  }

  private static String domain(String option, String text) throws OperatorException {
    try {
      return MailSettings.domain(text);
    } catch (IllegalArgumentException e) {
      throw new OperatorException(option + ": " + e.getMessage(), e);
    }
  }
}

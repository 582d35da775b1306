package org.whosent.query.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.whosent.msa.client.SubmissionClient.Door;
import org.whosent.msa.client.SubmissionService;
import org.whosent.msa.smtp.MailPath;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.query.OperatorException;
import picocli.CommandLine.Option;

/** Where a submission server is and how it is trusted: the same for submit and doctor. */
public final class ServerOptions {
  @Option(
      names = "--submissions-port",
      paramLabel = "PORT",
      description = "The port with TLS from the first octet. Default: 465; 0: none.")
  private int submissionsPort = SubmissionService.SUBMISSIONS.standardPort();

  @Option(
      names = "--submission-port",
      paramLabel = "PORT",
      description = "The submission port, with STARTTLS. Default: 587; 0: none.")
  private int submissionPort = SubmissionService.SUBMISSION.standardPort();

  @Option(
      names = "--smtp-port",
      paramLabel = "PORT",
      description = "The SMTP port, with STARTTLS. Default: 25; 0: none.")
  private int smtpPort = SubmissionService.SMTP.standardPort();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificates to trust instead of the JDK's, e.g. your own authority's.")
  private Path authorities;

  @Option(
      names = "--tls-name",
      paramLabel = "NAME",
      description = "The name that the certificate must have. Default: the host.")
  private String tlsName;

  @Option(
      names = "--helo",
      paramLabel = "NAME",
      description = "The name to say in EHLO. Default: this machine's.")
  private String ourName;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for a connection and for each answer. Default: 20.")
  private int timeoutSeconds = 20;

  /** The ports to be tried, in the order in which RFC 8314 and RFC 5068 prefer them. */
  List<Door> doors() throws OperatorException {
    List<Door> doors = new ArrayList<>();
    add(doors, SubmissionService.SUBMISSIONS, submissionsPort);
    add(doors, SubmissionService.SUBMISSION, submissionPort);
    add(doors, SubmissionService.SMTP, smtpPort);
    if (doors.isEmpty()) {
      throw new OperatorException("no port is left to be tried");
    }
    return doors;
  }

  private static void add(List<Door> doors, SubmissionService service, int port)
      throws OperatorException {
    if (port < 0 || port > 65_535) {
      throw new OperatorException("--" + service.word() + "-port: " + port + " is no port");
    }
    if (port > 0) {
      doors.add(new Door(service, port));
    }
  }

  String tlsName(String host) {
    return tlsName == null ? host : tlsName;
  }

  Duration timeout() throws OperatorException {
    if (timeoutSeconds < 1 || timeoutSeconds > 3600) {
      throw new OperatorException("--timeout: 1 to 3600 seconds");
    }
    return Duration.ofSeconds(timeoutSeconds);
  }

  /** A context that verifies, by the file if there is one. */
  SSLContext verifying() throws IOException {
    return authorities == null
        ? TlsMaterial.verifyingClient()
        : TlsMaterial.verifyingClient(authorities);
  }

  /** Our name in EHLO: a domain or an address literal (RFC 5321 section 4.1.1.1). */
  String ourName() throws OperatorException {
    if (ourName != null) {
      if (!MailPath.isDomain(ourName) && !ourName.matches("\\[[0-9A-Fa-f:.IPv]{2,50}]")) {
        throw new OperatorException("--helo: neither a domain nor an [address]: " + ourName);
      }
      return ourName;
    }
    try {
      String name = InetAddress.getLocalHost().getCanonicalHostName();
      return MailPath.isDomain(name) && name.contains(".") ? name : "[127.0.0.1]";
    } catch (UnknownHostException e) {
      return "[127.0.0.1]";
    }
  }

  /** A host as it may be connected to and shown. */
  static String host(String text) throws OperatorException {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (!MailPath.isDomain(bare) && org.whosent.record.Addresses.parse(bare).isEmpty()) {
      throw new OperatorException("neither a host name nor an address: " + text);
    }
    return bare;
  }
}

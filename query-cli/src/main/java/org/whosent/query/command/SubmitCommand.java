package org.whosent.query.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLSession;
import org.whosent.msa.client.ClientLogin;
import org.whosent.msa.client.ClientMechanism;
import org.whosent.msa.client.Credentials;
import org.whosent.msa.client.LoginException;
import org.whosent.msa.client.OutgoingMessage;
import org.whosent.msa.client.RefusedException;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.msa.smtp.MailPath;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.query.submit.ProbeMessage;
import org.whosent.record.IoReason;
import org.whosent.record.JsonOut;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent submit}: the MUA's side of RFC 5068, for testing a site. */
@Command(
    name = "submit",
    description = {
      "Submit a message as a mail program should: port 465 with TLS, else 587, else 25 with"
          + " STARTTLS.",
      "Nothing is sent without TLS, and the server's certificate must be valid for its name."
    },
    footer = {
      "",
      "The message is sent unchanged, with CRLF line endings. If a recipient is refused, nobody"
          + " gets",
      "it. Exit status: 0 accepted, 1 refused by the server, 2 wrong usage, no connection, no",
      "trustworthy TLS, or an unknown outcome (the message may have been accepted).",
      "",
      "Examples:",
      "  whosent submit --host mx.example.org --user alice --to bob@example.net m.eml",
      "  whosent submit --host mx.example.org --user alice --to bob@example.net --probe"
    })
public final class SubmitCommand implements Callable<Integer> {
  enum Output {
    text,
    json
  }

  private static final int MAX_MESSAGE = 256 << 20;

  @Option(names = "--host", required = true, paramLabel = "HOST", description = "The server.")
  private String host;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = "MAIL FROM; \"\" is the null sender. Default: the login, if it is an address.")
  private String from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "ADDRESS",
      description = "RCPT TO; may be repeated.")
  private List<String> to;

  @Option(names = "--probe", description = "Send a small test message instead of a file.")
  private boolean probe;

  @Option(
      names = "--insecure",
      description = "Accept any certificate. Whoever is on the path can then read the password.")
  private boolean insecure;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show the dialogue on standard error, without secrets and message data.")
  private boolean verbose;

  @Option(names = "--output", paramLabel = "text|json", description = "Default: text.")
  private Output output = Output.text;

  @Mixin private ServerOptions server;
  @Mixin private CredentialOptions login;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The message. Default: standard input.")
  private String file;

  @Override
  public Integer call() throws Exception {
    String address = ServerOptions.host(host);
    boolean fromStandardInput = !probe && (file == null || file.equals("-"));
    if (probe && file != null) {
      throw new OperatorException("--probe makes the message; it goes without a FILE");
    }
    if (fromStandardInput && login.readsStandardInput()) {
      throw new OperatorException(
          "standard input cannot be both the password and the message; name a FILE");
    }
    ClientMechanism mechanism = login.mechanism();
    Credentials credentials = login.credentials();
    OutgoingMessage message = message(sender(credentials));
    SubmissionClient submission =
        new SubmissionClient(
            address,
            server.doors(),
            insecure ? TlsMaterial.trustingClient() : server.verifying(),
            insecure ? null : server.tlsName(address),
            server.ourName(),
            server.timeout(),
            verbose ? SubmitCommand::show : (_, _) -> {});
    try (SmtpClient client = submission.connect()) {
      if (credentials != null) {
        SmtpReply reply = ClientLogin.login(client, credentials, mechanism, server.timeout());
        if (reply.code() != 235) {
          client.quit();
          return refused("the login of " + credentials.user() + ": " + reply);
        }
      }
      SSLSession tls = client.tls();
      SmtpReply reply = submission.send(client, message);
      accepted(client, tls, reply);
      client.quit();
      return ExitStatus.DONE;
    } catch (RefusedException e) {
      return refused(e.getMessage());
    } catch (LoginException e) {
      throw new OperatorException(e.getMessage(), e);
    } catch (SubmissionClient.UnreachableException e) {
      throw new OperatorException(e.getMessage(), e);
    } catch (IOException e) {
      throw new OperatorException(SubmissionClient.reason(e), e);
    }
  }

  private String sender(Credentials credentials) throws OperatorException {
    String sender = from;
    if (sender == null && credentials != null && isAddress(credentials.user())) {
      sender = credentials.user();
    }
    if (sender == null) {
      throw new OperatorException("name the sender with --from");
    }
    if (!sender.isEmpty() && !isAddress(sender)) {
      throw new OperatorException("--from: not an ASCII mail address: " + sender);
    }
    if (sender.isEmpty() && probe) {
      throw new OperatorException("--probe needs a sender for its From");
    }
    for (String recipient : to) {
      if (!isAddress(recipient)) {
        throw new OperatorException("--to: not an ASCII mail address: " + recipient);
      }
    }
    return sender;
  }

  static boolean isAddress(String text) {
    try {
      return text.matches("[!-~]+@[!-~]+") && MailPath.forward("<" + text + ">").rest().isEmpty();
    } catch (MailPath.SyntaxException e) {
      return false;
    }
  }

  private OutgoingMessage message(String sender) throws IOException, OperatorException {
    if (probe) {
      return ProbeMessage.make(sender, to, Instant.now());
    }
    String name = file == null || file.equals("-") ? "standard input" : file;
    byte[] text;
    try (InputStream in =
        file == null || file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
      text = in.readNBytes(MAX_MESSAGE);
    } catch (IOException e) {
      throw new OperatorException(name + ": " + IoReason.of(e), e);
    }
    if (text.length == 0) {
      throw new OperatorException(name + ": there is no message in it");
    }
    if (text.length == MAX_MESSAGE) {
      throw new OperatorException(name + ": larger than " + (MAX_MESSAGE >> 20) + " MiB");
    }
    try {
      return new OutgoingMessage(sender, to, OutgoingMessage.withCrlf(text));
    } catch (IllegalArgumentException e) {
      throw new OperatorException(name + ": " + e.getMessage() + "; no server takes that", e);
    }
  }

  private static int refused(String line) {
    System.err.println("whosent submit: refused: " + SafeText.forTerminal(line));
    return ExitStatus.NOT_FOUND;
  }

  private void accepted(SmtpClient client, SSLSession tls, SmtpReply reply) {
    try (ResultWriter out = ResultWriter.standardOutput()) {
      switch (output) {
        case json ->
            out.line(
                JsonOut.object(
                    true,
                    json -> {
                      json.text("server", client.name());
                      json.text("tls", tls.getProtocol());
                      json.text("cipher", tls.getCipherSuite());
                      json.text("reply", reply.toString());
                      json.text("id", reply.queueId());
                    }));
        case text -> {
          out.line(
              "server  " + client.name() + " " + tls.getProtocol() + " " + tls.getCipherSuite());
          out.line("reply   " + SafeText.forTerminal(reply.toString()));
          out.line("id      " + (reply.queueId() == null ? "(none given)" : reply.queueId()));
        }
      }
    }
  }

  private static void show(boolean byClient, String line) {
    System.err.println((byClient ? "> " : "< ") + SafeText.forTerminal(line));
  }
}

package org.whosent.query.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.ingest.IngestOptions;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaServer;
import org.whosent.msa.auth.UserFile;
import org.whosent.query.TemporaryDirectory;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.query.trace.TraceInput;
import org.whosent.query.trace.TraceResult;
import org.whosent.query.trace.TraceText;
import org.whosent.query.trace.Tracer;
import org.whosent.query.trace.Verdict;
import org.whosent.record.TransactionKeys;
import org.whosent.record.site.Site;

/**
 * The whole way in one run: a submission server on free loopback ports, three users, four messages,
 * one of them spam that frames another user; then the index, a complaint and a bounce. Everything
 * lies in a temporary directory that is removed at the end, whatever happens, short of a SIGKILL.
 *
 * <p>Nothing is staged behind the scenes: the mail goes over real connections with TLS and AUTH,
 * and the answers come from the same code as those of {@code whosent trace}.
 */
public final class Demo {
  private static final String HOST = "msa.example.org";

  private final ResultWriter out;
  private final SecureRandom random = new SecureRandom();

  public Demo(ResultWriter out) {
    this.out = out;
  }

  /** Runs it; true when both questions were answered with the right user. */
  public boolean run() throws Exception {
    try (TemporaryDirectory directory = new TemporaryDirectory("whosent-demo")) {
      return run(directory.path());
    }
  }

  private boolean run(Path directory) throws Exception {
    Path data = directory.resolve("whosent-data");
    Path complaint = directory.resolve("complaint.eml");
    Path bounce = directory.resolve("bounce.eml");

    say("1. A submission server on loopback, with users alice, bob and mallory.");
    UserFile users = new UserFile(directory.resolve("users.passwd"));
    String alice = addUser(users, "alice");
    String bob = addUser(users, "bob");
    String mallory = addUser(users, "mallory");
    MsaConfiguration configuration =
        MsaConfiguration.parse(
            directory.resolve("msa.yaml"),
            """
            hostname: %s
            data: whosent-data
            listeners:
              - {service: submission,  address: 127.0.0.1, port: 0}
              - {service: submissions, address: 127.0.0.1, port: 0}
            tls: {certificate: cert.pem, key: key.pem}
            users: users.passwd
            nextHop: maildir:delivered
            localDomains: [example.org]
            """
                .formatted(HOST));
    ByteArrayOutputStream serverLog = new ByteArrayOutputStream();
    try (MsaServer server =
        MsaServer.start(configuration, new PrintStream(serverLog, true, StandardCharsets.UTF_8))) {
      DemoClient client =
          new DemoClient(
              server.listeners().getFirst().address(), HOST, trust(directory.resolve("cert.pem")));

      say("");
      say("2. They submit mail over the network (STARTTLS, AUTH PLAIN):");
      submit(
          client,
          "alice",
          alice,
          "alice@example.org",
          "carol@example.net",
          DemoMail.ordinary(
              "Alice <alice@example.org>",
              "carol@example.net",
              "Lunch on Thursday?",
              "Shall we meet at the usual place?\r\n\r\nAlice"));
      submit(
          client,
          "bob",
          bob,
          "bob@example.org",
          "nobody@example.net",
          DemoMail.ordinary(
              "Bob <bob@example.org>",
              "nobody@example.net",
              "The report you asked for",
              "It is on the shared drive.\r\n\r\nBob"));
      String lunch = delivered(directory, "Lunch on Thursday?");
      submit(
          client,
          "mallory",
          mallory,
          "alice@example.org",
          "victim@bigisp.example",
          DemoMail.framing(
              "Alice <alice@example.org>", firstReceived(lunch), "victim@bigisp.example"));
      say("");
      say(
          "   The last one is spam. Mallory wrote alice's address into From and, below the"
              + " server's");
      say("   own Received line, a copy of the line of alice's lunch mail with its real ID:");
      String spam = delivered(directory, "Cheap meds, today only");
      say("");
      spam.lines()
          .takeWhile(line -> !line.isEmpty())
          .forEach(line -> say("   | " + line.replace("\t", "    ")));
      Files.writeString(complaint, DemoMail.complaint(spam));
      String report = delivered(directory, "The report you asked for");
      Files.writeString(
          bounce,
          DemoMail.bounce(
              "bob@example.org",
              "nobody@example.net",
              report.substring(0, report.indexOf("\r\n\r\n"))));
    }

    say("");
    say("3. The journal goes into the index.");
    say("");
    say("$ whosent index whosent-data/journal");
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      new Ingest(
              store,
              Site.read(data),
              IngestOptions.AUTO,
              InputStream.nullInputStream(),
              new PrintStream(summary, true, StandardCharsets.UTF_8))
          .run(List.of(data.resolve("journal").toString()));
      say(summary.toString(StandardCharsets.UTF_8).replace(directory + "/", "").stripTrailing());

      say("");
      say("4. The victim's provider complains (a feedback report, RFC 5965). Who sent it?");
      boolean complaintAnswered = trace(store, data, complaint, "mallory");
      say("");
      say(
          "5. A far server bounced a message and gave back only its header (RFC 3464). Whose was"
              + " it?");
      boolean bounceAnswered = trace(store, data, bounce, "bob");
      say("");
      say(
          complaintAnswered && bounceAnswered
              ? "Both were named rightly; alice, whose real ID stood in the spam, was not blamed."
              : "This is not what should have come out: "
                  + serverLog.toString(StandardCharsets.UTF_8));
      return complaintAnswered && bounceAnswered;
    }
  }

  private void say(String line) {
    line.lines().map(SafeText::forTerminal).forEach(out::line);
    if (line.isEmpty()) {
      out.line("");
    }
    out.flush();
  }

  private String addUser(UserFile users, String name) throws IOException {
    byte[] secret = new byte[12];
    random.nextBytes(secret);
    String password = Base64.getUrlEncoder().encodeToString(secret);
    users.add(name, password.toCharArray());
    return password;
  }

  private void submit(
      DemoClient client, String user, String password, String from, String to, String message)
      throws IOException {
    String reply = client.submit(user, password, from, to, message);
    say("   %-8s %s -> %s: %s".formatted(user, from, to, reply));
  }

  private boolean trace(RecordStore store, Path data, Path file, String expected) throws Exception {
    say("");
    say("$ whosent trace " + file.getFileName());
    boolean[] right = new boolean[1];
    try (View view = store.view()) {
      Tracer tracer =
          new Tracer(
              view, Site.read(data), TransactionKeys.read(data.resolve("keys")), Clock.systemUTC());
      TraceInput input =
          new TraceInput.Content(file.getFileName().toString(), Files.readAllBytes(file));
      for (TraceResult result : tracer.trace(input)) {
        say(TraceText.render(result).replace(data.getParent() + "/", ""));
        right[0] = result.verdict() == Verdict.IDENTIFIED && expected.equals(result.user());
      }
    }
    return right[0];
  }

  /** The message with that subject as the next hop got it. */
  private static String delivered(Path directory, String subject) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("delivered"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String message = Files.readString(file).replaceAll("\r?\n", "\r\n");
        if (message.contains("\r\nSubject: " + subject + "\r\n")) {
          return message;
        }
      }
    }
    throw new IOException("the message '" + subject + "' was not delivered");
  }

  private static String firstReceived(String message) {
    int start = message.indexOf("Received:");
    int end = start;
    do {
      end = message.indexOf("\r\n", end) + 2;
    } while (message.charAt(end) == ' ' || message.charAt(end) == '\t');
    return message.substring(start, end);
  }

  private static SSLContext trust(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          HOST, CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}

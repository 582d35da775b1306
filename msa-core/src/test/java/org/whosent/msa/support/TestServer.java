package org.whosent.msa.support;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaServer;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.settings.SettingsException;

/** A server on free loopback ports in a directory of its own. */
public final class TestServer implements AutoCloseable {
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(JournalCodec.class.getResourceAsStream("submission.schema.json"));

  public final Path directory;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final MsaServer server;

  public TestServer(Path directory, String nextHop, String more) throws IOException {
    this(directory, nextHop, more, MsaServer.Parts.STANDARD);
  }

  /** Has the users alice (secret) and "Bob Blank" (pass word). */
  public TestServer(Path directory, String nextHop, String more, MsaServer.Parts parts)
      throws IOException {
    this.directory = directory;
    Path users = directory.resolve("users");
    if (!Files.exists(users)) {
      Files.writeString(
          users, "Alice@example.org:" + hash("secret") + "\nBob Blank:" + hash("pass word") + "\n");
    }
    String ordinary = configuration(nextHop);
    if (more.contains("loginFailureDelayMillis")) {
      ordinary = ordinary.replace("loginFailureDelayMillis: 0\n", "");
    }
    try {
      MsaConfiguration configuration =
          MsaConfiguration.parse(directory.resolve("msa.yaml"), ordinary + more.replace(';', '\n'));
      server =
          MsaServer.start(configuration, new PrintStream(log, true, StandardCharsets.UTF_8), parts);
    } catch (SettingsException e) {
      throw new IOException(e);
    }
  }

  /** A configuration with three listeners on free ports. */
  public static String configuration(String nextHop) {
    return """
    hostname: msa.example.org
    data: data
    users: users
    nextHop: %s
    localDomains: [example.org]
    localNetworks: [127.0.0.0/8]
    loginFailureDelayMillis: 0
    listeners:
      - {service: submission, address: 127.0.0.1, port: 0}
      - {service: submissions, address: 127.0.0.1, port: 0}
      - {service: smtp, address: 127.0.0.1, port: 0}
    """
        .formatted(nextHop);
  }

  /** A cheap hash, so that tests do not wait for good ones. */
  public static String hash(String password) {
    return Sha2Crypt.sha512Crypt(
        password.getBytes(StandardCharsets.UTF_8), "$6$rounds=1000$saltsalt");
  }

  public Dialogue submission() throws IOException {
    return new Dialogue(server.listeners().get(0).address());
  }

  public Dialogue submissions() throws IOException {
    return new Dialogue(server.listeners().get(1).address());
  }

  public Dialogue smtp() throws IOException {
    return new Dialogue(server.listeners().get(2).address());
  }

  public int port(int listener) {
    return server.listeners().get(listener).address().getPort();
  }

  /** Logged in as alice. */
  public Dialogue alice() throws IOException {
    return submission().login("alice@example.org", "secret");
  }

  public MsaServer server() {
    return server;
  }

  public String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  /**
   * The journal's lines in the order of writing; closes the server first, so that all are there.
   */
  public List<JournalEntry> journal() throws IOException {
    server.close();
    return journal(directory.resolve("data").resolve("journal"));
  }

  public List<SubmissionRecord> submissionRecords() throws IOException {
    return journal().stream()
        .filter(JournalEntry.Submission.class::isInstance)
        .map(e -> ((JournalEntry.Submission) e).record())
        .toList();
  }

  /**
   * Every complete line of a journal; one that breaks the schema or cannot be read fails the test.
   */
  public static List<JournalEntry> journal(Path journal) throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    for (String line : lines(journal)) {
      Set<ValidationMessage> faults = SCHEMA.validate(line, InputFormat.JSON);
      if (!faults.isEmpty()) {
        throw new AssertionError("not by the schema: " + faults + ": " + line);
      }
      try {
        entries.add(JournalCodec.decode(line.getBytes(StandardCharsets.UTF_8)));
      } catch (BadLineException e) {
        throw new AssertionError("unreadable journal line: " + line, e);
      }
    }
    return entries;
  }

  /** Every line of a journal that ends in a line feed, in the order of the files' names. */
  public static List<String> lines(Path journal) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(journal)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n');
        if (end >= 0) {
          lines.addAll(List.of(text.substring(0, end).split("\n")));
        }
      }
    }
    return lines;
  }

  @Override
  public void close() {
    server.close();
  }
}

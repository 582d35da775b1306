package org.whosent.query.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaServer;
import org.whosent.msa.auth.UserFile;
import org.whosent.record.settings.SettingsException;

/** Our own server in this process, with a Maildir behind it and a certificate for its name. */
public final class OwnMsa implements AutoCloseable {
  /** What it is called, in the certificate too. */
  public static final String NAME = "mail.example.org";

  private final Path directory;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final MsaServer server;

  /** With the user alice@example.org, whose password is secret. */
  public OwnMsa(Path directory, String more) throws IOException, SettingsException {
    this.directory = Files.createDirectories(directory);
    new UserFile(directory.resolve("users")).add("alice@example.org", "secret".toCharArray());
    server =
        MsaServer.start(
            MsaConfiguration.parse(
                directory.resolve("msa.yaml"),
                """
                hostname: mail.example.org
                data: data
                users: users
                tls: {certificate: cert.pem, key: key.pem}
                nextHop: maildir:out
                localDomains: [example.org]
                loginFailureDelayMillis: 0
                listeners:
                  - {service: submission, address: 127.0.0.1, port: 0}
                  - {service: submissions, address: 127.0.0.1, port: 0}
                  - {service: smtp, address: 127.0.0.1, port: 0}
                """
                    + more),
            new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  public int submission() {
    return port(0);
  }

  public int submissions() {
    return port(1);
  }

  public int smtp() {
    return port(2);
  }

  private int port(int listener) {
    return server.listeners().get(listener).address().getPort();
  }

  public Path certificate() {
    return directory.resolve("cert.pem");
  }

  public Path data() {
    return directory.resolve("data");
  }

  /** What was delivered, one text a message. */
  public List<String> delivered() throws IOException {
    List<String> messages = new ArrayList<>();
    if (Files.isDirectory(directory.resolve("out"))) {
      try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          messages.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return messages;
  }

  public String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
  }
}

package org.whosent.msa.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.whosent.msa.Listener;
import org.whosent.msa.MessageAnalyser;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaServer;
import org.whosent.msa.journal.JournalFiles;
import org.whosent.msa.support.CannedSocket;
import org.whosent.msa.support.KeepingHop;
import org.whosent.msa.support.TestServer;

/**
 * What a fuzzer calls: one dialogue out of any octets, held against {@link SessionModel}. The first
 * octet says how many are read at one time, and by its lowest bit whether bare newlines are made
 * whole.
 *
 * <p>The session is the real one with all that it uses, but for the socket, the journal's disk and
 * the next hop, which keeps what it is given. Nobody can log in: the port takes local mail from
 * anybody, so that nothing is removed from a message and it can be compared octet for octet. Not
 * thread-safe.
 */
public final class SessionTarget {
  static final int MAX_MESSAGE = 2048;
  static final int MAX_LINE = 1000;

  private static final SessionTarget REJECTING = new SessionTarget(false);
  private static final SessionTarget NORMALIZING = new SessionTarget(true);

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final KeepingHop hop = new KeepingHop();
  private final boolean normalize;
  private final SessionContext context;

  private SessionTarget(boolean normalize) {
    this.normalize = normalize;
    try {
      Path directory = Files.createTempDirectory("whosent-fuzz");
      Files.writeString(directory.resolve("users"), "alice:" + TestServer.hash("no one") + "\n");
      String configuration =
          TestServer.configuration("maildir:unused")
              + "unauthenticated: local\nauthWithoutTls: [127.0.0.1]\nmaxErrors: 1000\n"
              + "maxMessageBytes: %d\nmaxLineBytes: %d\nbareNewline: %s\n"
                  .formatted(MAX_MESSAGE, MAX_LINE, normalize ? "normalize" : "reject");
      MsaServer server =
          MsaServer.start(
              MsaConfiguration.parse(directory.resolve("msa.yaml"), configuration),
              new PrintStream(log, true, StandardCharsets.UTF_8),
              new MsaServer.Parts(MessageAnalyser.NONE, new Nowhere(), InstantSource.system()));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.close();
                    delete(directory);
                  }));
      context = onwardTo(hop, server);
    } catch (Exception e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println(directory + " is left: " + e);
    }
  }

  /** The server's own context with another next hop, whatever else may be in it. */
  private static SessionContext onwardTo(KeepingHop hop, MsaServer server) throws Exception {
    Field field = MsaServer.class.getDeclaredField("context");
    field.setAccessible(true);
    Object context = field.get(server);
    RecordComponent[] components = SessionContext.class.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] =
          components[i].getName().equals("nextHop")
              ? hop
              : components[i].getAccessor().invoke(context);
    }
    return SessionContext.class.getDeclaredConstructor(types).newInstance(values);
  }

  /** What sessions have to do with, for a test that runs one itself. */
  static SessionContext context() {
    return REJECTING.context;
  }

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length > 0) {
      ((input[0] & 1) == 0 ? REJECTING : NORMALIZING).run(input);
    }
  }

  private void run(byte[] input) throws IOException {
    hop.mails.clear();
    log.reset();
    byte[] said = Arrays.copyOfRange(input, 1, input.length);
    CannedSocket socket = new CannedSocket(said, 1 + (input[0] >> 1 & 0x7f));
    Connection connection = new Connection(socket, Duration.ofHours(1));
    new Session(context, Listener.Service.SMTP, connection).run();
    if (log.toString(StandardCharsets.UTF_8).contains("internal error")) {
      throw new AssertionError(log.toString(StandardCharsets.UTF_8));
    }
    new SessionModel(said, socket.heard(), hop.mails, normalize).check();
  }

  /** Runs one input from a file: to look at what a fuzzer has found. */
  public static void main(String[] arguments) throws IOException {
    for (String file : arguments) {
      System.err.println(file);
      fuzzerTestOneInput(Files.readAllBytes(Path.of(file)));
    }
    System.exit(0);
  }

  /**
   * Takes everything and keeps nothing. A class of its own: the journal's thread calls it while
   * this one is still being initialised.
   */
  private static final class Nowhere implements JournalFiles {
    @Override
    public JournalFile create(Path path) {
      return new JournalFile() {
        @Override
        public void append(ByteBuffer bytes) {}

        @Override
        public void force() {}

        @Override
        public void truncate(long size) {}

        @Override
        public void close() {}
      };
    }
  }
}

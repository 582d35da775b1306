package org.whosent.query.command;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.whosent.msa.client.ClientMechanism;
import org.whosent.msa.client.Credentials;
import org.whosent.query.OperatorException;
import org.whosent.record.IoReason;
import picocli.CommandLine.Option;

/**
 * A login for submit and doctor. The password never comes from the arguments, which every user of
 * the machine can read.
 */
public final class CredentialOptions {
  /** Where the password is taken from when no option says so. */
  static final String VARIABLE = "WHOSENT_PASSWORD";

  private static final int MAX_SECRET = 16_384;

  @Option(names = "--user", paramLabel = "LOGIN", description = "Log in as this user.")
  private String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "A file whose first line is the password, or the token for OAUTHBEARER and XOAUTH2; - is"
              + " standard input. Default: $$"
              + VARIABLE
              + ", else the terminal is asked.")
  private String passwordFile;

  @Option(
      names = "--mechanism",
      paramLabel = "NAME",
      description =
          "SCRAM-SHA-256-PLUS, SCRAM-SHA-256, PLAIN, LOGIN, OAUTHBEARER or XOAUTH2. Default: the"
              + " first of the first four that the server offers.")
  private String mechanism;

  /** The login, or null when there is none. */
  Credentials credentials() throws IOException, OperatorException {
    if (user == null) {
      if (passwordFile != null || mechanism != null) {
        throw new OperatorException("--password-file and --mechanism go with --user");
      }
      return null;
    }
    try {
      return new Credentials(user, secret());
    } catch (IllegalArgumentException e) {
      throw new OperatorException(e.getMessage(), e);
    }
  }

  /** True when the password is read from standard input. */
  boolean readsStandardInput() {
    return "-".equals(passwordFile);
  }

  /** The mechanism, or null for the best. */
  ClientMechanism mechanism() throws OperatorException {
    if (mechanism == null) {
      return null;
    }
    return ClientMechanism.named(mechanism)
        .orElseThrow(() -> new OperatorException("--mechanism: not known: " + mechanism));
  }

  private String secret() throws IOException, OperatorException {
    if (passwordFile != null) {
      try (InputStream in =
          readsStandardInput() ? System.in : Files.newInputStream(Path.of(passwordFile))) {
        return firstLine(in.readNBytes(MAX_SECRET));
      } catch (IOException e) {
        throw new OperatorException("--password-file: " + passwordFile + ": " + IoReason.of(e), e);
      }
    }
    String fromEnvironment = System.getenv(VARIABLE);
    if (fromEnvironment != null) {
      return fromEnvironment;
    }
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword("Password of %s: ", user);
      if (typed != null) {
        return new String(typed);
      }
    }
    throw new OperatorException(
        "no password for " + user + ": give --password-file or set " + VARIABLE);
  }

  private static String firstLine(byte[] bytes) throws OperatorException {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    if (end == MAX_SECRET) {
      throw new OperatorException("the password is longer than " + MAX_SECRET + " octets");
    }
    if (end > 0 && bytes[end - 1] == '\r') {
      end--;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end)).toString();
    } catch (CharacterCodingException e) {
      throw new OperatorException("the password is not UTF-8", e);
    }
  }
}

package org.whosent.record.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.message.MessageDigester;
import org.whosent.record.message.MessageDigests;

/** Signatures made by dkimpy and OpenDKIM, as they were made and with something changed. */
class DkimVerifierTest {
  private static final String FOLDER = "fixtures/src/main/resources/org/whosent/fixtures/dkim";

  private final List<DkimKey> keys = new ArrayList<>();
  private DkimVerifier verifier;

  @BeforeEach
  void readKeys() throws IOException {
    new String(bytes("keys.txt"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" ", 2))
        .forEach(words -> keys.add(DkimKey.parse("Example.COM", words[0], words[1])));
    verifier = DkimVerifier.of(keys);
  }

  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(folder().resolve(name));
  }

  private static Path folder() {
    return Path.of(System.getProperty("whosent.root"), FOLDER);
  }

  private static List<String> signed() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".eml"))
          .sorted()
          .toList();
    }
  }

  private static String latin(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.ISO_8859_1);
  }

  private List<VerifiedSignature> verify(String message) {
    return verifier.verify(message.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void whatOthersSignedVerifiesWithEitherLineEnd() throws IOException {
    assertTrue(signed().size() > 50);
    for (String name : signed()) {
      String message = latin(name);
      for (String copy : List.of(message, message.replace("\r\n", "\n"))) {
        List<VerifiedSignature> verified = verify(copy);
        assertEquals(1, verified.size(), name);
        VerifiedSignature one = verified.getFirst();
        assertEquals("example.com", one.domain());
        assertEquals(name.split("-")[1], one.selector());
        assertEquals(
            "=?utf-8?q?Andr=C3=A9?= <alice@example.com>", one.signed("from").orElseThrow());
        assertEquals(
            name.contains("empty") ? VerifiedSignature.Body.ABSENT : VerifiedSignature.Body.MATCHES,
            one.body());
      }
    }
  }

  @Test
  void aHeaderAloneVerifiesAndTellsTheBodysDigest() throws IOException {
    for (String name : signed()) {
      String message = latin(name);
      String header = message.substring(0, message.indexOf("\r\n\r\n") + 2);
      VerifiedSignature one = verify(header).getFirst();
      assertEquals(VerifiedSignature.Body.ABSENT, one.body());
      boolean tells = name.matches(".*-relaxed-[a-z]*[.]eml") && !name.startsWith("length");
      assertEquals(tells, one.bodyDigest().isPresent(), name);
      if (tells) {
        MessageDigests digests =
            MessageDigester.digest(
                new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)));
        if (digests.bodyDigest() != null) {
          assertEquals(digests.bodyDigest(), one.bodyDigest().orElseThrow(), name);
        }
      }
    }
  }

  @Test
  void whateverIsSignedCannotBeChanged() throws IOException {
    for (String name : signed()) {
      String message = latin(name);
      for (String changed :
          List.of(
              message.replace("alice@", "victim@"),
              message.replace("12:00:00 +0000", "12:00:01 +0000"),
              message.replaceFirst("\r\n\r\n", "\r\n\r\nspam, "),
              message.replace("a=rsa-sha256", "a=rsa-sha1"),
              message.replace("a=rsa-sha256", "a=ed25519-sha256"),
              message.replaceFirst("d=example.com", "d=other.example"),
              message.replaceFirst("s=(rsa|ed|od|old);", "s=none;"),
              message + "appended\r\n")) {
        if (!changed.equals(message)) {
          assertTrue(verify(changed).isEmpty(), () -> name + "\n" + changed);
        }
      }
    }
  }

  @Test
  void aFieldAboveTheSignedOneIsNotTakenForIt() throws IOException {
    // From is signed once more than it stands there (OpenDKIM), or else the lowest is the signed
    // one.
    String name = "dkimpy-rsa-relaxed-relaxed-plain.eml";
    String message = "Message-ID: <victims@example.com>\r\n" + latin(name);
    assertEquals(
        "<signed.1@example.com>", verify(message).getFirst().signed("message-id").orElseThrow());
    String oversigned =
        "From: victim@example.com\r\n" + latin(name.replace("dkimpy-rsa", "opendkim-od"));
    assertTrue(verify(oversigned).isEmpty());
  }

  @Test
  void whatIsAppendedToASignedFirstPartIsNotSigned() throws IOException {
    String message = latin("length-rsa-relaxed-relaxed-plain.eml");
    assertEquals(1, verify(message).size());
    assertTrue(verify(message + "Buy this!\r\n").isEmpty());
  }

  @Test
  void onlyOurDomainsAndKeysCount() throws IOException {
    byte[] message = bytes("dkimpy-rsa-relaxed-relaxed-plain.eml");
    assertTrue(DkimVerifier.of(List.of()).verify(message).isEmpty());
    assertTrue(DkimVerifier.of(List.of()).isEmpty());
    List<DkimKey> others =
        keys.stream().map(k -> new DkimKey("other.example", k.selector(), k.key())).toList();
    assertTrue(DkimVerifier.of(others).verify(message).isEmpty());
    // A key of past days and one of today under one selector: either may have signed.
    List<DkimKey> two =
        List.of(new DkimKey("example.com", "rsa", keys.getLast().key()), keys.getFirst());
    assertEquals(1, DkimVerifier.of(two).verify(message).size());
  }

  @Test
  void changedOctetsNeverBreakUsAndNeverVerifyAsSomethingElse() throws IOException {
    for (long seed : new long[] {7, System.nanoTime()}) {
      Random random = new Random(seed);
      List<String> names = signed();
      for (int round = 0; round < 2000; round++) {
        byte[] message = bytes(names.get(random.nextInt(names.size())));
        int header = new String(message, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          message[random.nextInt(header)] =
              (byte) (random.nextInt(5) == 0 ? '\n' : random.nextInt(256));
        }
        for (VerifiedSignature one : verifier.verify(message)) {
          assertTrue(
              one.signed("from").orElseThrow().endsWith("<alice@example.com>"), "seed " + seed);
        }
      }
    }
  }

  @Test
  void manySignaturesCostNoMoreThanAFew() throws IOException {
    String name = "dkimpy-rsa-relaxed-relaxed-plain.eml";
    String field = latin(name).substring(0, latin(name).indexOf("\r\nFrom:") + 2);
    String flood = field.replace("b=", "b=AAAA").repeat(5000) + latin(name);
    assertTrue(verify(flood).isEmpty(), "the genuine one stands behind all that are looked at");
  }

  @Test
  void aBadKeyIsAnOperatorsMistakeWithAReason() {
    for (String bad :
        List.of(
            "", "p=", "p=!", "v=DKIM2; p=AAAA", "k=dsa; p=AAAA", "k=ed25519; p=AAAA", "p=AAAA")) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> DkimKey.parse("example.com", "s", bad), bad)
              .getMessage();
      assertFalse(message.isBlank() || message.contains("\n"), bad);
    }
  }
}

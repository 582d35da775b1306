package org.whosent.query.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whosent.record.dkim.DkimKey;
import org.whosent.record.dkim.DkimVerifier;
import org.whosent.record.dkim.VerifiedSignature;

/** Against a name server on loopback: keys are found, and what is not answered ends soon. */
class DnsKeysTest {
  private static final int PATIENT = 20_000;
  private static final int IMPATIENT = 20;

  private static byte[] fixture(String name) throws IOException {
    try (var in = DnsKeysTest.class.getResourceAsStream("/org/whosent/fixtures/dkim/" + name)) {
      return in.readAllBytes();
    }
  }

  /** The keys of the signed samples, cut into character strings as name servers have them. */
  private static Map<String, List<List<String>>> published() throws IOException {
    Map<String, List<List<String>>> records = new HashMap<>();
    for (String line : new String(fixture("keys.txt"), StandardCharsets.UTF_8).lines().toList()) {
      String[] words = line.split(" ", 2);
      String text = words[1];
      List<String> strings =
          text.length() < 200
              ? List.of(text)
              : List.of(text.substring(0, 200), text.substring(200, text.length()));
      records.put(words[0] + "._domainkey.example.com", List.of(strings));
    }
    return records;
  }

  @Test
  void aSignatureIsVerifiedWithTheKeyThatTheDnsHas() throws IOException {
    byte[] message = fixture("dkimpy-rsa-relaxed-relaxed-plain.eml");
    assertTrue(DkimVerifier.of(List.of()).verify(message).isEmpty());
    try (FakeDns dns = new FakeDns(published(), false)) {
      DnsKeys keys = new DnsKeys(dns.url(), PATIENT);
      DkimVerifier verifier = DkimVerifier.of(List.of(), Set.of("example.com"), keys);
      for (int again = 0; again < 3; again++) {
        List<VerifiedSignature> verified = verifier.verify(message);
        assertEquals(1, verified.size());
        assertEquals("example.com", verified.getFirst().domain());
      }
      assertEquals(1, dns.asked.size(), "each name once in a run");
      assertTrue(keys.unasked().isEmpty());
      // Of a domain that is not ours nothing is asked, whatever a message says.
      DkimVerifier others = DkimVerifier.of(List.of(), Set.of("example.net"), keys);
      assertTrue(others.verify(message).isEmpty());
      assertEquals(1, dns.asked.size());
    }
  }

  @Test
  void aKeyThatIsKnownIsNotAskedFor() throws IOException {
    byte[] message = fixture("dkimpy-rsa-relaxed-relaxed-plain.eml");
    try (FakeDns dns = new FakeDns(published(), false)) {
      DnsKeys keys = new DnsKeys(dns.url(), PATIENT);
      List<DkimKey> known =
          DkimVerifier.of(List.of(), Set.of("example.com"), keys).verify(message).stream()
              .flatMap(s -> keys.apply(s.domain(), s.selector()).stream())
              .toList();
      int asked = dns.asked.size();
      DkimVerifier both =
          DkimVerifier.of(known, Set.of("example.com"), new DnsKeys(dns.url(), PATIENT));
      assertEquals(1, both.verify(message).size());
      assertEquals(asked, dns.asked.size());
    }
  }

  @Test
  void whatIsNoKeyIsNone() throws IOException {
    Map<String, List<List<String>>> records =
        Map.of(
            "spf._domainkey.example.com", List.of(List.of("v=spf1 -all")),
            "gone._domainkey.example.com", List.of(List.of("v=DKIM1; p=")),
            "odd._domainkey.example.com", List.of(List.of("\"", "\\", "v=DKIM1; p=AAAA")));
    try (FakeDns dns = new FakeDns(records, false)) {
      DnsKeys keys = new DnsKeys(dns.url(), PATIENT);
      for (String selector : List.of("spf", "gone", "odd", "none")) {
        assertEquals(List.of(), keys.apply("example.com", selector), selector);
      }
      assertTrue(keys.unasked().isEmpty(), keys.unasked().toString());
      int asked = dns.asked.size();
      for (String hostile :
          List.of("", "a b", "a/b", "..", "a\\.b", "x".repeat(64), "ü", "*", "a.".repeat(200))) {
        assertEquals(List.of(), keys.apply("example.com", hostile));
      }
      assertEquals(asked, dns.asked.size(), "no such name is asked for");
    }
  }

  @Test
  void aServerThatIsSilentIsGivenUpAndThatIsSaid() throws IOException {
    try (FakeDns dns = new FakeDns(Map.of(), true)) {
      DnsKeys keys = new DnsKeys(dns.url(), IMPATIENT);
      for (int i = 0; i < 1000; i++) {
        assertEquals(List.of(), keys.apply("example.com", "s" + i));
      }
      // What was asked last the server may read only after the patience for it has ended.
      while (dns.asked.stream().distinct().count() < DnsKeys.MAX_FAILURES) {
        Thread.onSpinWait();
      }
      assertEquals(
          DnsKeys.MAX_FAILURES, dns.asked.stream().distinct().count(), dns.asked.toString());
      assertFalse(keys.unasked().isEmpty());
      assertTrue(keys.unasked().size() <= DnsKeys.MAX_NAMES);
      assertTrue(keys.unasked().getFirst().startsWith("s0._domainkey.example.com: "));
    }
  }

  @Test
  void whoeverWritesSelectorsCannotHaveAnyNumberOfNamesAsked() throws IOException {
    try (FakeDns dns = new FakeDns(Map.of(), false)) {
      DnsKeys keys = new DnsKeys(dns.url(), PATIENT);
      for (int i = 0; i < 3 * DnsKeys.MAX_NAMES; i++) {
        keys.apply("example.com", "s" + i);
      }
      assertEquals(DnsKeys.MAX_NAMES, dns.asked.size());
      assertEquals(DnsKeys.MAX_NAMES, keys.unasked().size());
    }
  }
}

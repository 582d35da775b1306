package org.whosent.record.dkim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One {@code DKIM-Signature} field (RFC 6376 section 3.5). Immutable.
 *
 * @param algorithm {@code rsa-sha256} or {@code ed25519-sha256}; RFC 8301 forbids rsa-sha1
 * @param domain lower case
 * @param selector lower case
 * @param headers the signed fields' names, lower case, in order; From is among them
 * @param relaxedHeader canonicalization of the header, else simple
 * @param relaxedBody canonicalization of the body, else simple
 * @param bodyHash of the canonical body
 * @param length of the canonical body that is signed; null when all of it
 * @param made {@code t=}, or null
 */
record DkimSignature(
    String algorithm,
    String domain,
    String selector,
    List<String> headers,
    boolean relaxedHeader,
    boolean relaxedBody,
    byte[] bodyHash,
    byte[] value,
    Long length,
    Instant made) {
  private static final int MAX_HEADERS = 300;
  private static final int SHA256_OCTETS = 32;
  private static final int MAX_VALUE = 1024;

  /** Empty when the field is no signature that anybody should accept. */
  static Optional<DkimSignature> parse(String field) {
    try {
      return TagList.parse(field).flatMap(DkimSignature::of);
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      return Optional.empty(); // base64 or numbers that are none
    }
  }

  private static Optional<DkimSignature> of(Map<String, String> tags) {
    for (String needed : List.of("v", "a", "b", "bh", "d", "h", "s")) {
      if (!tags.containsKey(needed)) {
        return Optional.empty();
      }
    }
    String algorithm = tags.get("a").toLowerCase(Locale.ROOT);
    List<String> headers =
        Arrays.stream(TagList.packed(tags.get("h")).toLowerCase(Locale.ROOT).split(":"))
            .limit(MAX_HEADERS + 1L)
            .toList();
    String[] canonical = tags.getOrDefault("c", "simple/simple").split("/", 2);
    List<String> forms = new ArrayList<>(List.of(canonical));
    if (forms.size() == 1) {
      forms.add("simple");
    }
    boolean known =
        tags.get("v").equals("1")
            && (algorithm.equals("rsa-sha256") || algorithm.equals("ed25519-sha256"))
            && forms.stream().allMatch(form -> form.equals("simple") || form.equals("relaxed"))
            && headers.size() <= MAX_HEADERS
            && headers.contains("from");
    byte[] bodyHash = Base64.getDecoder().decode(TagList.packed(tags.get("bh")));
    byte[] value = Base64.getDecoder().decode(TagList.packed(tags.get("b")));
    if (!known || bodyHash.length != SHA256_OCTETS || value.length > MAX_VALUE) {
      return Optional.empty();
    }
    return Optional.of(
        new DkimSignature(
            algorithm,
            tags.get("d").toLowerCase(Locale.ROOT),
            tags.get("s").toLowerCase(Locale.ROOT),
            headers,
            forms.get(0).equals("relaxed"),
            forms.get(1).equals("relaxed"),
            bodyHash,
            value,
            tags.containsKey("l") ? Long.valueOf(tags.get("l")) : null,
            tags.containsKey("t") ? Instant.ofEpochSecond(Long.parseLong(tags.get("t"))) : null));
  }
}

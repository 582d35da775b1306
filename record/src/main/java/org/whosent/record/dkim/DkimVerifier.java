package org.whosent.record.dkim;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Verifies the signatures of our own domains on a message (RFC 6376 section 6.1, RFC 8301, RFC
 * 8463). Thread-safe where the look-up of keys is.
 *
 * <p>A signature that does not verify is passed over without a word: lists, footers and gateways
 * break genuine ones. One that covers only a first part of the body ({@code l=}) counts only where
 * nothing was appended. {@code x=} is not looked at: it bounds delivery, and a complaint comes
 * later. Of a header without its body the header's hash is verified, and the body's hash, which the
 * signature covers, is handed on.
 */
public final class DkimVerifier {
  /** A message is signed by us once or twice; every further one only costs time. */
  private static final int MAX_SIGNATURES = 8;

  private static final Set<String> OF_INTEREST =
      Set.of("from", "message-id", "date", "to", "cc", "subject");

  private final Set<String> domains;
  private final BiFunction<String, String, List<DkimKey>> keys;

  /**
   * @param domains whose signatures are ours, without regard to case
   * @param keys the keys of a domain and selector, both in lower case
   */
  public DkimVerifier(Set<String> domains, BiFunction<String, String, List<DkimKey>> keys) {
    this.domains =
        domains.stream().map(d -> d.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    this.keys = keys;
  }

  /** A verifier that knows these keys and no others. */
  public static DkimVerifier of(List<DkimKey> keys) {
    return new DkimVerifier(
        keys.stream().map(DkimKey::domain).collect(Collectors.toSet()),
        (domain, selector) ->
            keys.stream()
                .filter(key -> key.domain().equals(domain) && key.selector().equals(selector))
                .toList());
  }

  /**
   * A verifier that knows these keys, and looks for those of some domains elsewhere too. What is
   * known comes first: another place is not asked for a selector that is there.
   *
   * @param further domains, lower case, whose other keys are looked for
   * @param keys where
   */
  public static DkimVerifier of(
      List<DkimKey> known, Set<String> further, BiFunction<String, String, List<DkimKey>> keys) {
    DkimVerifier here = of(known);
    Set<String> domains = new HashSet<>(here.domains);
    domains.addAll(further);
    return new DkimVerifier(
        domains,
        (domain, selector) -> {
          List<DkimKey> found = here.keys.apply(domain, selector);
          return found.isEmpty() && further.contains(domain) ? keys.apply(domain, selector) : found;
        });
  }

  /** True when no domain is ours, so that nothing can verify. */
  public boolean isEmpty() {
    return domains.isEmpty();
  }

  /** The signatures of ours that verify, from the top. */
  public List<VerifiedSignature> verify(byte[] message) {
    if (domains.isEmpty()) {
      return List.of();
    }
    RawMessage raw = RawMessage.parse(message);
    List<VerifiedSignature> verified = new ArrayList<>();
    int seen = 0;
    for (RawMessage.Field field : raw.fields()) {
      if (!field.name().equals("dkim-signature")) {
        continue;
      }
      DkimSignature signature =
          DkimSignature.parse(field.text().substring(field.text().indexOf(':') + 1)).orElse(null);
      if (signature != null && domains.contains(signature.domain()) && ++seen <= MAX_SIGNATURES) {
        VerifiedSignature one = verify(raw, field, signature);
        if (one != null) {
          verified.add(one);
        }
      }
    }
    return verified;
  }

  private VerifiedSignature verify(
      RawMessage raw, RawMessage.Field field, DkimSignature signature) {
    if (raw.body() != null && !bodyMatches(raw.body(), signature)) {
      return null;
    }
    Map<String, String> signed = new HashMap<>();
    byte[] header = header(raw, field, signature, signed);
    for (DkimKey key : keys.apply(signature.domain(), signature.selector())) {
      if (key.isEd25519() == signature.algorithm().startsWith("ed25519")
          && isGood(header, signature, key)) {
        return new VerifiedSignature(
            signature.domain(),
            signature.selector(),
            signature.made(),
            signed,
            raw.body() == null ? VerifiedSignature.Body.ABSENT : VerifiedSignature.Body.MATCHES,
            signature.relaxedBody() && signature.length() == null ? signature.bodyHash() : null);
      }
    }
    return null;
  }

  private static boolean bodyMatches(String body, DkimSignature signature) {
    byte[] canonical = octets(Canonical.body(body, signature.relaxedBody()));
    if (signature.length() != null && signature.length() != canonical.length) {
      return false; // cut, or something was appended that nobody signed
    }
    return MessageDigest.isEqual(sha256(canonical), signature.bodyHash());
  }

  /** What the signature covers (section 3.7); the signed fields' values are put into the map. */
  private static byte[] header(
      RawMessage raw, RawMessage.Field field, DkimSignature signature, Map<String, String> signed) {
    Map<String, List<RawMessage.Field>> left = new HashMap<>();
    for (RawMessage.Field one : raw.fields()) {
      left.computeIfAbsent(one.name(), name -> new ArrayList<>()).add(one);
    }
    StringBuilder out = new StringBuilder();
    for (String name : signature.headers()) {
      List<RawMessage.Field> same = left.getOrDefault(name, List.of());
      if (same.isEmpty()) {
        continue; // signed as not being there
      }
      RawMessage.Field last = same.removeLast();
      out.append(Canonical.field(last.text(), signature.relaxedHeader())).append("\r\n");
      if (OF_INTEREST.contains(name)) {
        String value = last.text().substring(last.text().indexOf(':') + 1);
        signed.putIfAbsent(name, value.replace("\r\n", "").strip());
      }
    }
    out.append(Canonical.field(Canonical.unsigned(field.text()), signature.relaxedHeader()));
    return octets(out.toString());
  }

  private static boolean isGood(byte[] header, DkimSignature signature, DkimKey key) {
    try {
      Signature check = Signature.getInstance(key.isEd25519() ? "Ed25519" : "SHA256withRSA");
      check.initVerify(key.key());
      // RFC 8463 section 3: Ed25519 signs the hash, not the text.
      check.update(key.isEd25519() ? sha256(header) : header);
      return check.verify(signature.value());
    } catch (GeneralSecurityException e) {
      return false; // a value that cannot be one of this key
    }
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] sha256(byte[] octets) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(octets);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

package org.whosent.record.dkim;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A signature of ours that verified. Immutable.
 *
 * @param domain of the signer
 * @param selector of the key
 * @param made when, as the signer says under the signature; null when it does not
 * @param signed by lower-case name the values of the signed fields, unfolded; of a field that
 *     stands several times, the lowest, which is the one signed
 * @param body whether the content here is the one signed
 * @param relaxedBodyHash SHA-256 of the whole body in relaxed form as the signer saw it; null where
 *     he signed another form or only a part
 */
public record VerifiedSignature(
    String domain,
    String selector,
    Instant made,
    Map<String, String> signed,
    Body body,
    byte[] relaxedBodyHash) {
  /** What became of the body. */
  public enum Body {
    /** All of it is here as it was signed. */
    MATCHES,
    /** Only a header is here. */
    ABSENT
  }

  public VerifiedSignature {
    signed = Map.copyOf(signed);
  }

  /** The value of a signed field. */
  public Optional<String> signed(String name) {
    return Optional.ofNullable(signed.get(name));
  }

  /** The body's digest in the form that records keep: 128 bits, in lower-case hexadecimal. */
  public Optional<String> bodyDigest() {
    return relaxedBodyHash == null
        ? Optional.empty()
        : Optional.of(HexFormat.of().formatHex(relaxedBodyHash, 0, 16));
  }
}

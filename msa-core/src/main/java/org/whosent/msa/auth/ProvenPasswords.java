package org.whosent.msa.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that were verified a short while ago, so that a client that logs in for each message
 * does not cost a slow hash each time. Thread-safe.
 *
 * <p>What is held is an HMAC-SHA-256 over hash and password under a key that lives in this object
 * only. It is never written anywhere; still, who can read this process's memory can try passwords
 * against it faster than against the hash, within that short time. Wrong passwords are not held.
 */
final class ProvenPasswords {
  private static final int MAX_ENTRIES = 10_000;

  private final long spanNanos;
  private final SecretKeySpec key;

  /** Proof to the time of its end, the earliest first. */
  private final Map<ByteBuffer, Long> untilNanos = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param span how long one is held from its verification on; using it makes it no longer
   */
  ProvenPasswords(Duration span) {
    spanNanos = span.toNanos();
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    key = new SecretKeySpec(random, "HmacSHA256");
  }

  /** True when this password was verified against the user's present hash. */
  boolean holds(User user, byte[] password) {
    if (spanNanos == 0) {
      return false;
    }
    ByteBuffer proof = proof(user, password);
    synchronized (this) {
      Long until = untilNanos.get(proof);
      return until != null && System.nanoTime() - until < 0;
    }
  }

  /** Holds a password that was just verified. */
  void add(User user, byte[] password) {
    if (spanNanos == 0) {
      return;
    }
    ByteBuffer proof = proof(user, password);
    synchronized (this) {
      long now = System.nanoTime();
      Iterator<Long> ends = untilNanos.values().iterator();
      while (ends.hasNext()) {
        boolean over = now - ends.next() >= 0;
        if (!over && untilNanos.size() < MAX_ENTRIES) {
          break;
        }
        ends.remove();
      }
      untilNanos.remove(proof);
      untilNanos.put(proof, now + spanNanos);
    }
  }

  private ByteBuffer proof(User user, byte[] password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      // Neither a name nor a hash can contain a line feed.
      mac.update((user.name() + "\n" + user.hash() + "\n").getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(mac.doFinal(password));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}

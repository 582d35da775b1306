package org.whosent.msa.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * The kinds of password hash that a user file may hold. Stateless, thread-safe.
 *
 * <p>New hashes are argon2id; the others are read so that users can be moved here with the
 * passwords they have. Costs are bounded, because a hash is worked out whenever a stranger types a
 * name: a file with {@code m=4194304} would let any of them take 4 GiB. Known weak: bcrypt looks at
 * the first 72 octets of a password only.
 */
public enum PasswordHash {
  /** {@code $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH} (RFC 9106, PHC string format). */
  ARGON2ID(
      "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})"
          + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})") {
    @Override
    boolean withinBounds(Matcher m) {
      int memory = Integer.parseInt(m.group(1));
      int passes = Integer.parseInt(m.group(2));
      int lanes = Integer.parseInt(m.group(3));
      return lanes >= 1
          && lanes <= 16
          && memory >= 8 * lanes
          && memory <= 262_144
          && passes >= 1
          && passes <= 32
          && m.group(4).length() % 4 != 1
          && m.group(5).length() % 4 != 1;
    }

    @Override
    boolean matches(Matcher m, byte[] password) {
      byte[] salt = Base64.getDecoder().decode(m.group(4));
      byte[] expected = Base64.getDecoder().decode(m.group(5));
      byte[] actual =
          argon2id(
              password,
              salt,
              Integer.parseInt(m.group(1)),
              Integer.parseInt(m.group(2)),
              Integer.parseInt(m.group(3)),
              expected.length);
      return MessageDigest.isEqual(actual, expected);
    }
  },
  /** {@code $2a$}, {@code $2b$}, {@code $2y$} with a cost of 4 to 16. */
  BCRYPT("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}") {
    @Override
    boolean withinBounds(Matcher m) {
      int cost = Integer.parseInt(m.group(1));
      return cost >= 4 && cost <= 16;
    }

    @Override
    boolean matches(Matcher m, byte[] password) {
      return OpenBSDBCrypt.checkPassword(m.group(), password);
    }
  },
  /** {@code $6$[rounds=N$]SALT$HASH} of glibc's crypt(3), up to 1,000,000 rounds. */
  SHA512_CRYPT("\\$6\\$(?:rounds=([0-9]{4,7})\\$)?([./A-Za-z0-9]{1,16})\\$[./A-Za-z0-9]{86}") {
    @Override
    boolean withinBounds(Matcher m) {
      int rounds = m.group(1) == null ? 5000 : Integer.parseInt(m.group(1));
      return rounds >= 1000 && rounds <= 1_000_000;
    }

    @Override
    boolean matches(Matcher m, byte[] password) {
      String settings = m.group().substring(0, m.group().lastIndexOf('$'));
      // The library wipes the array that it is given.
      String actual = Sha2Crypt.sha512Crypt(password.clone(), settings);
      return MessageDigest.isEqual(
          actual.getBytes(StandardCharsets.US_ASCII),
          m.group().getBytes(StandardCharsets.US_ASCII));
    }
  };

  // OWASP's smallest recommended setting: some 30 ms here, and 19 MiB for each at one time.
  private static final int NEW_MEMORY_KIB = 19_456;
  private static final int NEW_PASSES = 2;
  private static final int NEW_LANES = 1;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Pattern pattern;

  PasswordHash(String pattern) {
    this.pattern = Pattern.compile(pattern);
  }

  abstract boolean withinBounds(Matcher m);

  abstract boolean matches(Matcher m, byte[] password);

  /** The kind of a hash; null when it is none that we read, or one beyond the bounds. */
  public static PasswordHash of(String hash) {
    for (PasswordHash kind : values()) {
      Matcher m = kind.pattern.matcher(hash);
      if (m.matches()) {
        return kind.withinBounds(m) ? kind : null;
      }
    }
    return null;
  }

  /**
   * True when the password gives this hash. Takes its time and, for argon2id, up to 256 MiB.
   *
   * @throws IllegalArgumentException when {@link #of} does not know the hash
   */
  public static boolean matches(String hash, byte[] password) {
    PasswordHash kind = of(hash);
    if (kind == null) {
      throw new IllegalArgumentException("unknown kind of hash");
    }
    Matcher m = kind.pattern.matcher(hash);
    return m.matches() && kind.matches(m, password);
  }

  /** A new argon2id hash with a fresh salt. */
  public static String make(byte[] password) {
    byte[] salt = new byte[16];
    RANDOM.nextBytes(salt);
    byte[] hash = argon2id(password, salt, NEW_MEMORY_KIB, NEW_PASSES, NEW_LANES, 32);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            NEW_MEMORY_KIB,
            NEW_PASSES,
            NEW_LANES,
            base64.encodeToString(salt),
            base64.encodeToString(hash));
  }

  private static byte[] argon2id(
      byte[] password, byte[] salt, int memoryKib, int passes, int lanes, int length) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[length];
    generator.generateBytes(password, hash);
    return hash;
  }
}

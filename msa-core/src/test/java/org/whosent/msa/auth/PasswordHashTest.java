package org.whosent.msa.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes that other programs made: argon2(1), openssl passwd -6, crypt(3) of glibc's libxcrypt. */
class PasswordHashTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ARGON2ID|Pässword|$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzYWx0$uYQu9wM/7Bx42pD9UGtK/8ZMjWXN4D2KvMZvu+ZahUc",
        "ARGON2ID|secret|$argon2id$v=19$m=4096,t=3,p=4$b3RoZXJzYWx0MTZieXRlcw$0L9zL1a9SbtetOJnhGHqCzL/2F3LO3Xm",
        "BCRYPT|U*U*U|$2b$05$CCCCCCCCCCCCCCCCCCCCC.Bw3BobdGs1SFsKsRLIx9rC4T.Q7DtEm",
        "BCRYPT|Pässword|$2y$06$abcdefghijklmnopqrstuutbiOFcFDdmod0dcSg8zqpPo/02AXOie",
        "BCRYPT|secret|$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
        "SHA512_CRYPT|Pässword with"
            + " blank|$6$abcdefgh$Y9pSsf6YXQ9Q8Yx3VIqCuwqKU7wxenxaA3ptBqHu7nRZkyG7a9pc1/i0zTAdFLWz2fq29W/VEkADNYwwmV2r5.",
        "SHA512_CRYPT|x|$6$1234567890123456$ykbnsvd230krCviGZzkR8m8cwCcay7ILhmtCVq9SB1c3DvSOrWQgqeo7.2yGAQVdBuBA6lgk31v.0KlrwADhA.",
        "SHA512_CRYPT|secret|$6$rounds=1500$saltstring$DYxiAL6pInuC7cpDDp11RE5qrxBKUMMhSn7rQ/Z0PgTvsMrU91oDKLoqizIkTXzEv8kos5UNom790rtM3JKYd.",
      })
  void vectors(PasswordHash kind, String password, String hash) {
    assertEquals(kind, PasswordHash.of(hash));
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    assertTrue(PasswordHash.matches(hash, bytes));
    assertEquals(password, new String(bytes, StandardCharsets.UTF_8), "the password was wiped");
    assertFalse(PasswordHash.matches(hash, (password + " ").getBytes(StandardCharsets.UTF_8)));
    assertFalse(PasswordHash.matches(hash, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "!",
        "secret",
        "{PLAIN}secret",
        "$1$abc$def",
        "$5$abc$def",
        "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHRzYWx0$uYQu9wM/7Bx42pD9UGtK",
        "$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHRzYWx0$uYQu9wM/7Bx42pD9UGtK",
        "$argon2id$v=19$m=4096,t=0,p=1$c29tZXNhbHRzYWx0$uYQu9wM/7Bx42pD9UGtK",
        "$argon2id$v=19$m=4,t=1,p=1$c29tZXNhbHRzYWx0$uYQu9wM/7Bx42pD9UGtK",
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.Bw3BobdGs1SFsKsRLIx9rC4T.Q7DtEm",
        "$6$rounds=9999999$saltstring$DYxiAL6pInuC7cpDDp11RE5qrxBKUMMhSn7rQ",
      })
  void notRead(String hash) {
    assertNull(PasswordHash.of(hash));
  }

  @Test
  void made() {
    byte[] password = "pä55".getBytes(StandardCharsets.UTF_8);
    String hash = PasswordHash.make(password);
    assertEquals(PasswordHash.ARGON2ID, PasswordHash.of(hash));
    assertTrue(PasswordHash.matches(hash, password));
    assertNotEquals(hash, PasswordHash.make(password));
  }
}

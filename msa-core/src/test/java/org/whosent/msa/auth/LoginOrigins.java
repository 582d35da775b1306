package org.whosent.msa.auth;

import java.net.InetAddress;

/** Where logins come from in tests that do not ask. */
final class LoginOrigins {
  static final LoginOrigin HERE =
      new LoginOrigin("submission", InetAddress.getLoopbackAddress(), 40000, true);

  private LoginOrigins() {}
}

package org.whosent.msa.auth;

import java.io.IOException;
import java.util.function.Consumer;

/** What the configuration says of a user store that is not the user file. Immutable. */
public interface StoreSettings {
  /**
   * Opens the store.
   *
   * @param listed the user file, whose lines add limits, senders and suspension to its users
   * @param log gets a line for what the operator should see
   * @throws IOException when something in the settings cannot be used; the message is for the
   *     operator
   */
  UserStore open(UserDirectory listed, Consumer<String> log) throws IOException;
}

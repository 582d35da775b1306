package org.whosent.msa.auth;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.whosent.msa.FileStamp;

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

  /**
   * The state of the files that the store is opened with, such as its password: while the server
   * runs it is opened anew when the configuration is read again and this has changed.
   *
   * @throws IOException when one cannot be looked at
   */
  default List<FileStamp> files() throws IOException {
    return List.of();
  }
}

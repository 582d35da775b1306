package org.whosent.msa.auth.dovecot;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.whosent.msa.auth.StoreSettings;
import org.whosent.msa.auth.UserDirectory;
import org.whosent.msa.auth.UserStore;

/**
 * {@code userStore: dovecot:SOCKET}. Immutable.
 *
 * @param socket of {@code service auth}, the kind that Postfix uses too
 */
public record DovecotSettings(Path socket) implements StoreSettings {
  @Override
  public UserStore open(UserDirectory listed, Consumer<String> log) {
    DovecotUsers users = new DovecotUsers(socket, listed, log);
    // That is said and no error: Dovecot may start after us, or start again.
    users.sayWhetherItListens();
    return users;
  }
}

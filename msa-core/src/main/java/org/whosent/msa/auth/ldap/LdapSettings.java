package org.whosent.msa.auth.ldap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.whosent.msa.FileStamp;
import org.whosent.msa.auth.StoreSettings;
import org.whosent.msa.auth.UserDirectory;
import org.whosent.msa.auth.UserStore;

/**
 * {@code userStore: ldap} and the key {@code ldap}. Immutable.
 *
 * @param servers asked in this order
 * @param startTls true to have TLS on {@code ldap} too; only loopback may do without
 * @param trust certificates that vouch for the servers, PEM; null for those of the JDK
 * @param base below which users are
 * @param filter with {@code {user}} where the name goes
 * @param userAttribute whose only value is the name by which the account is known
 * @param bindDn as which users are searched; null for anonymously
 * @param bindPasswordFile its password, in the first line
 */
public record LdapSettings(
    List<Server> servers,
    boolean startTls,
    Path trust,
    String base,
    String filter,
    String userAttribute,
    String bindDn,
    Path bindPasswordFile)
    implements StoreSettings {

  /** One server; {@code tls} from the first octet. */
  public record Server(String host, int port, boolean tls) {}

  /** Where the name goes in the filter. */
  public static final String PLACE = "{user}";

  public LdapSettings {
    servers = List.copyOf(servers);
  }

  @Override
  public UserStore open(UserDirectory listed, Consumer<String> log) throws IOException {
    return new LdapUsers(this, listed, log);
  }

  @Override
  public List<FileStamp> files() throws IOException {
    List<FileStamp> stamps = new ArrayList<>();
    for (Path file : Arrays.asList(trust, bindPasswordFile)) {
      stamps.add(file == null ? null : FileStamp.of(file));
    }
    return stamps;
  }
}

package org.whosent.msa.policy;

import java.util.List;
import java.util.Optional;
import org.whosent.msa.auth.SenderList;
import org.whosent.msa.auth.User;
import org.whosent.record.ClueType;

/**
 * Which addresses a user may send as (RFC 5068 section 3.1: the identity is authorised for what it
 * does, not only authenticated). Immutable.
 *
 * <p>A user's own addresses are the login when it is an address, else the login at each of the
 * local domains, and those that {@code from=} lists in the user file. A list binds its user in any
 * case; users without one are bound when the configuration says {@code senders: own}. Known weak:
 * {@code alice+tag@} is not alice's unless it is listed.
 *
 * @param ownOnly true to bind users without a list too
 * @param localDomains lower case
 */
public record SenderPolicy(boolean ownOnly, List<String> localDomains) {
  /** True when the user may use the address; nobody is forbidden the null reverse-path. */
  public boolean allows(User user, String address) {
    Optional<SenderList> list = user.senders();
    return address.isEmpty() || !ownOnly && list.isEmpty() || owns(user, address);
  }

  /** True when the user is bound to some addresses at all. */
  public boolean binds(User user) {
    return ownOnly || user.senders().isPresent();
  }

  /** True when the address is one of the user's own. */
  public boolean owns(User user, String address) {
    String folded = ClueType.USER.fold(address);
    String login = ClueType.USER.fold(user.name());
    boolean isLogin =
        login.indexOf('@') >= 0
            ? login.equals(folded)
            : localDomains.stream().anyMatch(domain -> folded.equals(login + "@" + domain));
    return isLogin || user.senders().map(list -> list.covers(address)).orElse(false);
  }
}

package org.whosent.msa.hop;

import java.util.EnumSet;
import java.util.Set;
import org.whosent.msa.client.SmtpClient;

/**
 * What can go to a next hop. Immutable.
 *
 * @param extensions that it has
 * @param maxSize octets of the greatest message, or 0 when it does not say
 */
public record Offer(Set<Extension> extensions, long maxSize) {
  /** Of a hop that nothing is known of. */
  public static final Offer NOTHING = new Offer(Set.of(), 0);

  public Offer {
    extensions = Set.copyOf(extensions);
  }

  /** What the server at the other end listed. */
  static Offer of(SmtpClient client) {
    Set<Extension> extensions = EnumSet.noneOf(Extension.class);
    for (Extension extension : Extension.values()) {
      if (client.offers(extension.keyword())) {
        extensions.add(extension);
      }
    }
    return new Offer(extensions, client.maxSize());
  }

  public boolean has(Extension extension) {
    return extensions.contains(extension);
  }

  /** What both can take. */
  Offer and(Offer other) {
    Set<Extension> both = EnumSet.noneOf(Extension.class);
    both.addAll(extensions);
    both.retainAll(other.extensions);
    long size =
        maxSize == 0 || other.maxSize == 0
            ? Math.max(maxSize, other.maxSize)
            : Math.min(maxSize, other.maxSize);
    return new Offer(both, size);
  }
}

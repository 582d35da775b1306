/** {@code site.yaml}: what the operator knows of their own servers and no log says. */
package org.whosent.record.site;

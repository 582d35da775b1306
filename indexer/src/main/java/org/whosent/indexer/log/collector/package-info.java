/**
 * What a collector puts around whole log lines: journald's JSON, Docker and the CRI (which also cut
 * lines to pieces), Filebeat, Fluent Bit, Loki and others. A format inside is read as it would be
 * outside; {@link WrappedSource} is the one door.
 */
package org.whosent.indexer.log.collector;

/** {@code whosent demo}: the whole way on loopback, for a newcomer to read. */
package org.whosent.query.demo;

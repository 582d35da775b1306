/** What {@code whosent submit} sends. */
package org.whosent.query.submit;

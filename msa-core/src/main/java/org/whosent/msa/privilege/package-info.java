/** Giving up root. */
package org.whosent.msa.privilege;

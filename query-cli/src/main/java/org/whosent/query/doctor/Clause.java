package org.whosent.query.doctor;

import java.util.function.Function;

/**
 * One requirement and how it is checked.
 *
 * @param name stable, for scripts
 * @param level MUST or SHOULD
 * @param source RFC and section
 * @param requirement in our words
 * @param check looks at the server; what it throws as IOException counts as unknown
 */
record Clause(
    String name,
    String level,
    String source,
    String requirement,
    Function<Examination, Finding> check) {}

/** What administrators say about first enrolments: labels, approval, manufacturers' authorities. */
@NullMarked
package io.pulsewarden.registry.firstenrolment;

import org.jspecify.annotations.NullMarked;

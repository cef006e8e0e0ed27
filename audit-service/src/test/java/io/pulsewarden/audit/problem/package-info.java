@NullMarked
package io.pulsewarden.audit.problem;

import org.jspecify.annotations.NullMarked;

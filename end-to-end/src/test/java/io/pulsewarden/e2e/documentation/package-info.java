/** Documents, poms and configuration of the repository, held to each other. */
@NullMarked
package io.pulsewarden.e2e.documentation;

import org.jspecify.annotations.NullMarked;

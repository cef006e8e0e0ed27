/** The manifests in k8s/, held to what docs/architecture.md says. */
@NullMarked
package io.pulsewarden.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
